/** The usual words for `--fields`: what people write in exam answers and tickets instead of field names. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  time: 'evt.time.s',
  'time-with-nanoseconds': 'evt.time',
  'container-id': 'container.id',
  'container-name': 'container.name',
  'user-name': 'user.name',
  uid: 'user.uid',
  'process-name': 'proc.name',
  'pod-name': 'k8s.pod.name',
  namespace: 'k8s.ns.name',
};

/** The template that a list of words or field names stands for: `time,proc.name` is `*%evt.time.s,%proc.name`. */
export function templateOfWords(list: string): string {
  const names = list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => `%${FIELD_WORDS[word.toLowerCase()] ?? word.replace(/^%/, '')}`);
  return `*${names.join(',')}`;
}
