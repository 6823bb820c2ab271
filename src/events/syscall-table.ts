/**
 * System calls: the code that a capture uses for each (the same on every architecture), its name, its number
 * on x86-64 where it has one, and the exit event it gives (GENERIC_X = 1 for those that have none of their own).
 */

/** One system call. */
export interface SyscallRow {
  /** Code in captures, 0 to 453. */
  readonly code: number;
  readonly name: string;
  /** Number in the x86-64 calling convention; `undefined` where that architecture lacks it. */
  readonly number: number | undefined;
  /** Code of the event that its exit is recorded as. */
  readonly exitEvent: number | undefined;
}

type CompactRow = readonly [code: number, name: string, number?: number, exitEvent?: number];

// prettier-ignore
const ROWS: readonly CompactRow[] = [
  [0, 'unknown'], [1, 'restart_syscall', 219, 1], [2, 'exit', 60, 1], [3, 'read', 0, 7], [4, 'write', 1, 9],
  [5, 'open', 2, 3], [6, 'close', 3, 5], [7, 'creat', 85, 59], [8, 'link', 86, 309], [9, 'unlink', 87, 301],
  [10, 'chdir', 80, 95], [11, 'time', 201, 1], [12, 'mknod', 133, 415], [13, 'chmod', 90, 315], [14, 'stat', 4, 67],
  [15, 'lseek', 8, 87], [16, 'getpid', 39, 1], [17, 'mount', 165, 257], [18, 'ptrace', 101, 169],
  [19, 'alarm', 37, 1], [20, 'fstat', 5, 71], [21, 'pause', 34, 1], [22, 'utime', 132, 1], [23, 'access', 21, 265],
  [24, 'sync', 162, 1], [25, 'kill', 62, 129], [26, 'rename', 82, 175], [27, 'mkdir', 83, 277],
  [28, 'rmdir', 84, 279], [29, 'dup', 32, 367], [30, 'pipe', 22, 61], [31, 'times', 100, 1], [32, 'brk', 12, 159],
  [33, 'acct', 163, 1], [34, 'ioctl', 16, 171], [35, 'fcntl', 72, 151], [36, 'setpgid', 109, 295],
  [37, 'umask', 95, 1], [38, 'chroot', 161, 267], [39, 'ustat', 136, 1], [40, 'dup2', 33, 363],
  [41, 'getppid', 110, 1], [42, 'getpgrp', 111, 1], [43, 'setsid', 112, 275], [44, 'sethostname', 170, 1],
  [45, 'setrlimit', 160, 143], [46, 'getrusage', 98, 1], [47, 'gettimeofday', 96, 1], [48, 'settimeofday', 164, 1],
  [49, 'symlink', 88, 179], [50, 'lstat', 6, 69], [51, 'readlink', 89, 1], [52, 'uselib', 134, 1],
  [53, 'swapon', 167, 1], [54, 'reboot', 169, 1], [55, 'mmap', 9, 161], [56, 'munmap', 11, 165],
  [57, 'truncate', 76, 1], [58, 'ftruncate', 77, 1], [59, 'fchmod', 91, 317], [60, 'getpriority', 140, 1],
  [61, 'setpriority', 141, 1], [62, 'statfs', 137, 1], [63, 'fstatfs', 138, 1], [64, 'syslog', 103, 1],
  [65, 'setitimer', 38, 1], [66, 'getitimer', 36, 1], [67, 'uname', 63, 1], [68, 'vhangup', 153, 1],
  [69, 'wait4', 61, 1], [70, 'swapoff', 168, 1], [71, 'sysinfo', 99, 1], [72, 'fsync', 74, 1],
  [73, 'setdomainname', 171, 1], [74, 'adjtimex', 159, 1], [75, 'mprotect', 10, 329], [76, 'init_module', 175, 411],
  [77, 'delete_module', 176, 425], [78, 'quotactl', 179, 191], [79, 'getpgid', 121, 1], [80, 'fchdir', 81, 97],
  [81, 'sysfs', 139, 1], [82, 'personality', 135, 1], [83, 'getdents', 78, 237], [84, 'select', 23, 83],
  [85, 'flock', 73, 243], [86, 'msync', 26, 1], [87, 'readv', 19, 117], [88, 'writev', 20, 119],
  [89, 'getsid', 124, 1], [90, 'fdatasync', 75, 1], [91, 'mlock', 149, 345], [92, 'munlock', 150, 347],
  [93, 'mlockall', 151, 349], [94, 'munlockall', 152, 351], [95, 'sched_setparam', 142, 1],
  [96, 'sched_getparam', 143, 1], [97, 'sched_setscheduler', 144, 1], [98, 'sched_getscheduler', 145, 1],
  [99, 'sched_yield', 24, 1], [100, 'sched_get_priority_max', 146, 1], [101, 'sched_get_priority_min', 147, 1],
  [102, 'sched_rr_get_interval', 148, 1], [103, 'nanosleep', 35, 135], [104, 'mremap', 25, 1], [105, 'poll', 7, 81],
  [106, 'prctl', 157, 401], [107, 'rt_sigaction', 13, 1], [108, 'rt_sigprocmask', 14, 1],
  [109, 'rt_sigpending', 127, 1], [110, 'rt_sigtimedwait', 128, 1], [111, 'rt_sigqueueinfo', 129, 1],
  [112, 'rt_sigsuspend', 130, 1], [113, 'getcwd', 79, 93], [114, 'capget', 125, 1], [115, 'capset', 126, 353],
  [116, 'sendfile', 40, 189], [117, 'getrlimit', 97, 141], [118, 'lchown', 94, 381], [119, 'getuid', 102, 203],
  [120, 'getgid', 104, 207], [121, 'geteuid', 107, 205], [122, 'getegid', 108, 209], [123, 'setreuid', 113, 427],
  [124, 'setregid', 114, 429], [125, 'getgroups', 115, 1], [126, 'setgroups', 116, 1], [127, 'fchown', 93, 383],
  [128, 'setresuid', 117, 193], [129, 'getresuid', 118, 211], [130, 'setresgid', 119, 195],
  [131, 'getresgid', 120, 213], [132, 'chown', 92, 379], [133, 'setuid', 105, 199], [134, 'setgid', 106, 201],
  [135, 'setfsuid', 122, 1], [136, 'setfsgid', 123, 1], [137, 'pivot_root', 155, 1], [138, 'mincore', 27, 1],
  [139, 'madvise', 28, 1], [140, 'gettid', 186, 1], [141, 'setxattr', 188, 1], [142, 'lsetxattr', 189, 1],
  [143, 'fsetxattr', 190, 1], [144, 'getxattr', 191, 1], [145, 'lgetxattr', 192, 1], [146, 'fgetxattr', 193, 1],
  [147, 'listxattr', 194, 1], [148, 'llistxattr', 195, 1], [149, 'flistxattr', 196, 1], [150, 'removexattr', 197, 1],
  [151, 'lremovexattr', 198, 1], [152, 'fremovexattr', 199, 1], [153, 'tkill', 200, 131], [154, 'futex', 202, 65],
  [155, 'sched_setaffinity', 203, 1], [156, 'sched_getaffinity', 204, 1], [157, 'set_thread_area', 205, 1],
  [158, 'get_thread_area', 211, 1], [159, 'io_setup', 206, 1], [160, 'io_destroy', 207, 1],
  [161, 'io_getevents', 208, 1], [162, 'io_submit', 209, 1], [163, 'io_cancel', 210, 1], [164, 'exit_group', 231, 1],
  [165, 'epoll_create', 213, 375], [166, 'epoll_ctl', 233, 1], [167, 'epoll_wait', 232, 79],
  [168, 'remap_file_pages', 216, 1], [169, 'set_tid_address', 218, 1], [170, 'timer_create', 222, 1],
  [171, 'timer_settime', 223, 1], [172, 'timer_gettime', 224, 1], [173, 'timer_getoverrun', 225, 1],
  [174, 'timer_delete', 226, 1], [175, 'clock_settime', 227, 1], [176, 'clock_gettime', 228, 1],
  [177, 'clock_getres', 229, 1], [178, 'clock_nanosleep', 230, 1], [179, 'tgkill', 234, 133],
  [180, 'utimes', 235, 1], [181, 'mq_open', 240, 1], [182, 'mq_unlink', 241, 1], [183, 'mq_timedsend', 242, 1],
  [184, 'mq_timedreceive', 243, 1], [185, 'mq_notify', 244, 1], [186, 'mq_getsetattr', 245, 1],
  [187, 'kexec_load', 246, 1], [188, 'waitid', 247, 1], [189, 'add_key', 248, 1], [190, 'request_key', 249, 1],
  [191, 'keyctl', 250, 453], [192, 'ioprio_set', 251, 1], [193, 'ioprio_get', 252, 1],
  [194, 'inotify_init', 253, 139], [195, 'inotify_add_watch', 254, 1], [196, 'inotify_rm_watch', 255, 1],
  [197, 'openat', 257, 307], [198, 'mkdirat', 258, 305], [199, 'mknodat', 259, 417], [200, 'fchownat', 260, 385],
  [201, 'futimesat', 261, 1], [202, 'unlinkat', 263, 303], [203, 'renameat', 264, 177], [204, 'linkat', 265, 311],
  [205, 'symlinkat', 266, 181], [206, 'readlinkat', 267, 1], [207, 'fchmodat', 268, 313], [208, 'faccessat', 269, 1],
  [209, 'pselect6', 270, 1], [210, 'ppoll', 271, 255], [211, 'unshare', 272, 285], [212, 'set_robust_list', 273, 1],
  [213, 'get_robust_list', 274, 1], [214, 'splice', 275, 167], [215, 'tee', 276, 1], [216, 'vmsplice', 278, 1],
  [217, 'getcpu', 309, 1], [218, 'epoll_pwait', 281, 1], [219, 'utimensat', 280, 1], [220, 'signalfd', 282, 127],
  [221, 'timerfd_create', 283, 137], [222, 'eventfd', 284, 63], [223, 'timerfd_settime', 286, 1],
  [224, 'timerfd_gettime', 287, 1], [225, 'signalfd4', 289, 399], [226, 'eventfd2', 290, 397],
  [227, 'epoll_create1', 291, 377], [228, 'dup3', 292, 365], [229, 'pipe2', 293, 393],
  [230, 'inotify_init1', 294, 395], [231, 'preadv', 295, 121], [232, 'pwritev', 296, 123],
  [233, 'rt_tgsigqueueinfo', 297, 1], [234, 'perf_event_open', 298, 1], [235, 'fanotify_init', 300, 1],
  [236, 'prlimit64', 302, 145], [237, 'clock_adjtime', 305, 1], [238, 'syncfs', 306, 1], [239, 'setns', 308, 241],
  [240, 'getdents64', 217, 239], [241, 'socket', 41, 19], [242, 'bind', 49, 21], [243, 'connect', 42, 23],
  [244, 'listen', 50, 25], [245, 'accept', 43, 247], [246, 'getsockname', 51, 39], [247, 'getpeername', 52, 41],
  [248, 'socketpair', 53, 43], [249, 'sendto', 44, 31], [250, 'recvfrom', 45, 35], [251, 'shutdown', 48, 37],
  [252, 'setsockopt', 54, 45], [253, 'getsockopt', 55, 47], [254, 'sendmsg', 46, 49], [255, 'sendmmsg', 307, 51],
  [256, 'recvmsg', 47, 53], [257, 'recvmmsg', 299, 55], [258, 'accept4', 288, 389], [259, 'semop', 65, 251],
  [260, 'semget', 64, 263], [261, 'semctl', 66, 253], [262, 'msgsnd', 69, 1], [263, 'msgrcv', 70, 1],
  [264, 'msgget', 68, 1], [265, 'msgctl', 71, 1], [266, 'shmdt', 67, 1], [267, 'shmget', 29, 1],
  [268, 'shmctl', 31, 1], [269, 'statfs64'], [270, 'fstatfs64'], [271, 'fstatat64'], [272, 'sendfile64'],
  [273, 'ugetrlimit'], [274, 'bdflush'], [275, 'sigprocmask'], [276, 'ipc'], [277, 'socketcall'], [278, 'stat64'],
  [279, 'lstat64'], [280, 'fstat64'], [281, 'fcntl64'], [282, 'mmap2'], [283, '_newselect'], [284, 'sgetmask'],
  [285, 'ssetmask'], [286, 'sigpending'], [287, 'olduname'], [288, 'umount'], [289, 'signal'], [290, 'nice'],
  [291, 'stime'], [292, '_llseek'], [293, 'waitpid'], [294, 'pread64', 17, 113], [295, 'pwrite64', 18, 115],
  [296, 'arch_prctl', 158, 1], [297, 'shmat', 30, 1], [298, 'rt_sigreturn', 15, 1], [299, 'fallocate', 285, 1],
  [300, 'newfstatat', 262, 419], [301, 'process_vm_readv', 310, 421], [302, 'process_vm_writev', 311, 423],
  [303, 'fork', 57, 225], [304, 'vfork', 58, 227], [305, 'setuid32'], [306, 'getuid32'], [307, 'setgid32'],
  [308, 'geteuid32'], [309, 'getgid32'], [310, 'setresuid32'], [311, 'setresgid32'], [312, 'getresuid32'],
  [313, 'getresgid32'], [314, 'finit_module', 313, 413], [315, 'bpf', 321, 369], [316, 'seccomp', 317, 299],
  [317, 'sigaltstack', 131, 1], [318, 'getrandom', 318, 1], [319, 'fadvise64', 221, 1], [320, 'renameat2', 316, 319],
  [321, 'userfaultfd', 323, 321], [322, 'openat2', 437, 327], [323, 'umount2', 166, 391], [324, 'execve', 59, 293],
  [325, 'execveat', 322, 331], [326, 'copy_file_range', 326, 333], [327, 'clone', 56, 223],
  [328, 'clone3', 435, 335], [329, 'open_by_handle_at', 304, 337], [330, 'io_uring_setup', 425, 339],
  [331, 'io_uring_enter', 426, 341], [332, 'io_uring_register', 427, 343], [333, 'mlock2', 325, 371],
  [334, 'getegid32'], [335, 'fsconfig', 431, 373], [336, 'fspick', 433, 1], [337, 'fsmount', 432, 1],
  [338, 'fsopen', 430, 1], [339, 'open_tree', 428, 1], [340, 'move_mount', 429, 1], [341, 'mount_setattr', 442, 1],
  [342, 'memfd_create', 319, 405], [343, 'memfd_secret', 447, 1], [344, 'ioperm', 173, 1],
  [345, 'kexec_file_load', 320, 1], [346, 'pidfd_getfd', 438, 407], [347, 'pidfd_open', 434, 409],
  [348, 'pidfd_send_signal', 424, 1], [349, 'pkey_alloc', 330, 1], [350, 'pkey_mprotect', 329, 1],
  [351, 'pkey_free', 331, 1], [352, 'landlock_create_ruleset', 444, 1], [353, 'quotactl_fd', 443, 1],
  [354, 'landlock_restrict_self', 446, 1], [355, 'landlock_add_rule', 445, 1], [356, 'epoll_pwait2', 441, 1],
  [357, 'migrate_pages', 256, 1], [358, 'move_pages', 279, 1], [359, 'preadv2', 327, 1], [360, 'pwritev2', 328, 1],
  [361, 'kcmp', 312, 1], [362, 'sched_setattr', 314, 1], [363, 'mbind', 237, 1], [364, 'epoll_ctl_old', 214, 1],
  [365, 'lookup_dcookie', 212, 1], [366, 'modify_ldt', 154, 1], [367, 'statx', 332, 1],
  [368, 'set_mempolicy', 238, 1], [369, 'io_pgetevents', 333, 1], [370, 'set_mempolicy_home_node', 450, 1],
  [371, 'semtimedop', 220, 1], [372, 'get_kernel_syms', 177, 1], [373, 'readahead', 187, 1],
  [374, 'futex_waitv', 449, 1], [375, 'getpmsg', 181, 1], [376, 'name_to_handle_at', 303, 1],
  [377, 'process_mrelease', 448, 1], [378, 'nfsservctl', 180, 1], [379, 'epoll_wait_old', 215, 1],
  [380, 'rseq', 334, 1], [381, 'create_module', 174, 1], [383, 'sched_getattr', 315, 1], [384, 'faccessat2', 439, 1],
  [385, '_sysctl', 156, 1], [386, 'query_module', 178, 1], [387, 'get_mempolicy', 239, 1],
  [388, 'sync_file_range', 277, 1], [389, 'process_madvise', 440, 1], [390, 'membarrier', 324, 1],
  [391, 'iopl', 172, 1], [392, 'close_range', 436, 451], [393, 'fanotify_mark', 301, 1], [394, 'recv'],
  [395, 'send'], [396, 'sched_process_exit'], [397, 'sched_switch'], [398, 'page_fault_user'],
  [399, 'page_fault_kernel'], [400, 'signal_deliver'], [401, 'timerfd'], [402, 's390_pci_mmio_read'],
  [403, 'sigaction'], [404, 's390_pci_mmio_write'], [405, 'readdir'], [406, 's390_sthyi'], [407, 'sigsuspend'],
  [408, 'idle'], [409, 's390_runtime_instr'], [410, 'sigreturn'], [411, 's390_guarded_storage'],
  [412, 'cachestat', 451, 1], [413, 'fchmodat2', 452, 1], [414, 'map_shadow_stack', 453, 1],
  [415, 'riscv_flush_icache'], [416, 'riscv_hwprobe'], [417, 'futex_wake', 454, 1], [418, 'futex_requeue', 456, 1],
  [419, 'futex_wait', 455, 1], [420, 'oldstat'], [421, 'switch_endian'], [422, 'multiplexer'], [423, 'oldlstat'],
  [424, 'spu_create'], [425, 'sync_file_range2'], [426, 'oldfstat'], [427, 'spu_run'], [428, 'swapcontext'],
  [429, 'pciconfig_write'], [430, 'rtas'], [431, 'pciconfig_read'], [432, 'sys_debug_setcontext'], [433, 'vm86'],
  [434, 'oldolduname'], [435, 'subpage_prot'], [436, 'pciconfig_iobase'], [437, 'listmount', 458, 1],
  [438, 'statmount', 457, 1], [439, 'lsm_get_self_attr', 459, 1], [440, 'lsm_set_self_attr', 460, 1],
  [441, 'lsm_list_modules', 461, 1], [442, 'mseal', 462, 1], [443, 'uretprobe', 335, 1],
  [444, 'removexattrat', 466, 1], [445, 'listxattrat', 465, 1], [446, 'getxattrat', 464, 1],
  [447, 'setxattrat', 463, 1], [448, 'open_tree_attr', 467, 1], [449, 'file_getattr', 468, 1],
  [450, 'file_setattr', 469, 1], [451, 'listns', 470, 1], [452, 'uprobe', 336, 1], [453, 'rseq_slice_yield', 471, 1],
];

/** Every system call, by its code; a few codes were never given. */
export const SYSCALL_TABLE: readonly SyscallRow[] = ROWS.map(([code, name, number, exitEvent]) => ({
  code,
  name,
  number,
  exitEvent,
}));

const NAMES: readonly (string | undefined)[] = SYSCALL_TABLE.reduce<(string | undefined)[]>(
  (names, row) => {
    names[row.code] = row.name;
    return names;
  },
  [],
);

/** Name of the system call with a capture's code; `undefined` for a code that none has. */
export function syscallName(code: number): string | undefined {
  return NAMES[code];
}
