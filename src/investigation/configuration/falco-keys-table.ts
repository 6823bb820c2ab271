/**
 * The top-level keys of Falco's configuration file, and what a replay makes of each: `used`; `live`: it is
 * about watching a live machine, and passed over; `unsupported`: it would change alerts, and is reported.
 */

/** What becomes of a key. */
export type KeyUse = 'used' | 'live' | 'unsupported';

export const FALCO_KEYS: Readonly<Record<string, KeyUse>> = {
  append_output: 'used',
  base_syscalls: 'live',
  buffer_format_base64: 'unsupported',
  buffered_outputs: 'live',
  capture: 'live',
  config_files: 'used',
  container_engines: 'live',
  engine: 'live',
  falco_libs: 'live',
  file_output: 'used',
  grpc: 'live',
  grpc_output: 'live',
  http_output: 'used',
  json_include_message_property: 'used',
  json_include_output_fields_property: 'used',
  json_include_output_property: 'used',
  json_include_tags_property: 'used',
  json_output: 'used',
  libs_logger: 'live',
  load_plugins: 'live',
  log_level: 'live',
  log_stderr: 'live',
  log_syslog: 'live',
  metrics: 'live',
  output_timeout: 'live',
  outputs: 'live',
  outputs_queue: 'live',
  plugins: 'live',
  plugins_hostinfo: 'live',
  priority: 'used',
  program_output: 'used',
  rule_matching: 'used',
  rules: 'used',
  rules_file: 'used',
  rules_files: 'used',
  static_fields: 'unsupported',
  stdout_output: 'used',
  syscall_event_drops: 'live',
  syscall_event_timeouts: 'live',
  syslog_output: 'used',
  time_format_iso_8601: 'used',
  watch_config_files: 'live',
  webserver: 'live',
};

/** Keys below those that a replay uses, as Falco knows them. */
export const FALCO_KEYS_BELOW: Readonly<Record<string, readonly string[]>> = {
  file_output: ['enabled', 'filename', 'keep_alive'],
  http_output: [
    'ca_bundle',
    'ca_cert',
    'ca_path',
    'client_cert',
    'client_key',
    'compress_uploads',
    'echo',
    'enabled',
    'insecure',
    'keep_alive',
    'max_consecutive_timeouts',
    'mtls',
    'url',
    'user_agent',
  ],
  program_output: ['enabled', 'keep_alive', 'program'],
  stdout_output: ['enabled'],
  syslog_output: ['enabled'],
};
