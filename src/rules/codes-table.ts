/** Codes of what can be wrong with rules: the reference's names, and what each means in our words. */

export const ERROR_CODES = {
  LOAD_ERR_FILE_READ: 'the file cannot be read',
  LOAD_ERR_YAML_PARSE: 'the text is not YAML',
  LOAD_ERR_YAML_VALIDATE: 'an item is not built as it must be',
  LOAD_ERR_COMPILE_CONDITION: 'a condition does not make sense',
  LOAD_ERR_COMPILE_OUTPUT: 'an output does not make sense',
  LOAD_ERR_VALIDATE: 'a rule, macro, list or exception does not fit with the others',
  LOAD_ERR_EXTENSION: 'an extension item is wrong',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

export const WARNING_CODES = {
  LOAD_UNKNOWN_SOURCE: 'a rule is for a source that no evidence can have; it is kept, and idle',
  LOAD_UNSAFE_NA_CHECK: 'a comparison with <NA>; "exists" asks whether a field has a value',
  LOAD_NO_EVTTYPE: 'a condition that is asked at nearly every event',
  LOAD_UNKNOWN_FILTER: 'an unknown field or event type; the rule is left out, as it asks for',
  LOAD_UNUSED_MACRO: 'a macro that nothing uses',
  LOAD_UNUSED_LIST: 'a list that nothing uses',
  LOAD_UNKNOWN_ITEM: 'an item of no known kind; it is passed over',
  LOAD_DEPRECATED_ITEM: 'something that still works and should not be used any more',
  LOAD_WARNING_EXTENSION: 'an extension item is doubtful',
  LOAD_APPEND_NO_VALUES: 'an exception is extended by nothing',
  LOAD_EXCEPTION_NAME_NOT_UNIQUE: 'a rule has two exceptions of one name',
  LOAD_INVALID_MACRO_NAME: 'a macro whose name no condition can write',
  LOAD_INVALID_LIST_NAME: 'a list whose name no condition can write',
  LOAD_COMPILE_CONDITION: 'a condition that probably does not mean what it says',
  LOAD_UNKNOWN_KEY: 'a key that no item of this kind has; it is passed over',
} as const;
export type WarningCode = keyof typeof WARNING_CODES;

/** Codes of this program: Falco has none for these, and its lists of errors and warnings stay as they are. */
export const NOTICE_CODES = {
  NOTICE_NEVER_TRUE: 'a condition that can never hold',
  NOTICE_UNDEFINED_LIST: 'a text that looks like the name of a list',
  NOTICE_NAME_OPERATOR: 'a comparison of a name at which Falco ends with an error',
  NOTICE_GENERIC_EVENTS: 'a condition that excludes more in Falco than here',
} as const;
export type NoticeCode = keyof typeof NOTICE_CODES;

export type ProblemCode = ErrorCode | WarningCode | NoticeCode;

const CODES: Readonly<Record<ProblemCode, string>> = {
  ...ERROR_CODES,
  ...WARNING_CODES,
  ...NOTICE_CODES,
};

/** One sentence about a code. */
export function describeCode(code: ProblemCode): string {
  return CODES[code];
}

/** What each code means, one sentence without a full stop. */
export const CODE_MEANINGS: Readonly<Record<ProblemCode, string>> = {
  ...ERROR_CODES,
  ...WARNING_CODES,
  ...NOTICE_CODES,
};
