/*
 * Makes one system call after the other, of every kind that has an event of its own, and says on
 * descriptor 9 what it did: `event <TAB> result <TAB> parameter=value ...`, a line each. Nothing else
 * happens between two calls but what the C library needs.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[1 << 18];
static size_t text_size;
static long result;

/* Into memory: writing it out would be a system call more. */
static void say(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	text_size += vsnprintf(text + text_size, sizeof(text) - text_size, format, list);
	va_end(list);
}

#define NO_RESULT -100000
#define S(number, ...) ({ long r = syscall(number, ##__VA_ARGS__); r < 0 ? -errno : r; })
/* Do it, and say it. */
#define DO(event, call, ...)                                                     \
	do {                                                                     \
		result = (call);                                                 \
		say("%s\t%ld", event, result);                                   \
		say(__VA_ARGS__);                                                \
		say("\n");                                                       \
	} while (0)
#define P(format) "\t" format
#define NONE "%s", ""

static void files(void)
{
	struct stat status;
	struct open_how how = {.flags = O_RDWR | O_CREAT, .mode = 0640, .resolve = RESOLVE_NO_SYMLINKS};
	char data[256], cwd[256];
	struct iovec vectors[2] = {{"gathered ", 9}, {"write", 5}}, in[2] = {{data, 4}, {data + 4, 100}};
	int fd, other;
	DO("mkdir", S(SYS_mkdir, "dir", 0750), P("path=dir") P("mode=1E8"));
	DO("mkdirat", S(SYS_mkdirat, AT_FDCWD, "dir/sub", 0700), P("dirfd=-100") P("path=dir/sub"));
	DO("openat", S(SYS_openat, AT_FDCWD, "dir/a", O_RDWR | O_CREAT | O_TRUNC, 0644),
	   P("dirfd=-100") P("name=dir/a") P("flags=O_RDWR|O_CREAT|O_TRUNC|O_F_CREATED") P("mode=0644"));
	fd = result;
	DO("write", S(SYS_write, fd, "hello, capture", 14), P("fd=%d") P("size=14") P("data=hello, capture"), fd);
	DO("pwrite", S(SYS_pwrite64, fd, "HELLO", 5, 2), P("fd=%d") P("size=5") P("pos=2") P("data=HELLO"), fd);
	DO("writev", S(SYS_writev, fd, vectors, 2), P("fd=%d") P("size=14") P("data=gathered write"), fd);
	DO("pwritev", S(SYS_pwritev, fd, vectors, 2, 3, 0), P("fd=%d") P("size=14") P("pos=3"), fd);
	DO("lseek", S(SYS_lseek, fd, 2, SEEK_SET), P("fd=%d") P("offset=2") P("whence=SEEK_SET"), fd);
	DO("read", S(SYS_read, fd, data, 5), P("fd=%d") P("size=5") P("data=Hgath"), fd);
	DO("pread", S(SYS_pread64, fd, data, 4, 3), P("fd=%d") P("size=4") P("pos=3") P("data=gath"), fd);
	DO("readv", S(SYS_readv, fd, in, 2), P("fd=%d"), fd);
	DO("preadv", S(SYS_preadv, fd, in, 2, 1, 0), P("fd=%d") P("pos=1"), fd);
	DO("fstat", S(SYS_fstat, fd, &status), P("fd=%d"), fd);
	DO("fchmod", S(SYS_fchmod, fd, 0600), P("fd=%d") P("mode=S_IWUSR|S_IRUSR"), fd);
	DO("fchown", S(SYS_fchown, fd, 0, 0), P("fd=%d") P("uid=0") P("gid=0"), fd);
	DO("flock", S(SYS_flock, fd, LOCK_EX | LOCK_NB), P("fd=%d") P("operation=LOCK_EX|LOCK_NB"), fd);
	DO("fcntl", S(SYS_fcntl, fd, F_GETFL), P("fd=%d") P("cmd=F_GETFL"), fd);
	DO("ioctl", S(SYS_ioctl, fd, FIONREAD, data), P("fd=%d") P("request=%X"), fd, FIONREAD);
	DO("open", S(SYS_open, "dir/a", O_RDONLY | O_APPEND), P("name=dir/a") P("flags=O_RDONLY|O_APPEND"));
	other = result;
	DO("sendfile", S(SYS_sendfile, fd, other, 0, 3), P("out_fd=%d") P("in_fd=%d") P("size=3"), fd, other);
	DO("copy_file_range", S(SYS_copy_file_range, other, 0, fd, 0, 2, 0), P("fdout=%d") P("fdin=%d") P("len=2"), fd, other);
	DO("creat", S(SYS_creat, "dir/b", 0604), P("name=dir/b") P("mode=0604"));
	other = result;
	DO("close", S(SYS_close, other), P("fd=%d"), other);
	DO("openat2", S(SYS_openat2, AT_FDCWD, "dir/c", &how, sizeof(how)),
	   P("name=dir/c") P("flags=O_RDWR|O_CREAT|O_F_CREATED") P("mode=0640") P("resolve=RESOLVE_NO_SYMLINKS"));
	DO("open_by_handle_at", S(SYS_open_by_handle_at, AT_FDCWD, 0, O_RDONLY), P("mountfd=-100") P("flags=O_RDONLY"));
	DO("stat", S(SYS_stat, "dir/a", &status), P("path=dir/a"));
	DO("lstat", S(SYS_lstat, "dir/none", &status), P("path=dir/none"));
	DO("newfstatat", S(SYS_newfstatat, AT_FDCWD, "dir/a", &status, AT_SYMLINK_NOFOLLOW), P("path=dir/a") P("flags=AT_SYMLINK_NOFOLLOW"));
	DO("access", S(SYS_access, "dir/a", R_OK | W_OK), P("name=dir/a") P("mode=R_OK|W_OK"));
	DO("chmod", S(SYS_chmod, "dir/a", 04755), P("filename=dir/a") P("mode=S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID"));
	DO("fchmodat", S(SYS_fchmodat, AT_FDCWD, "dir/a", 0400), P("filename=dir/a") P("mode=S_IRUSR"));
	DO("chown", S(SYS_chown, "dir/a", 0, 0), P("path=dir/a") P("uid=0"));
	DO("lchown", S(SYS_lchown, "dir/a", 0, 0), P("path=dir/a") P("gid=0"));
	DO("fchownat", S(SYS_fchownat, AT_FDCWD, "dir/a", 0, 0, AT_SYMLINK_NOFOLLOW), P("pathname=dir/a") P("flags=AT_SYMLINK_NOFOLLOW"));
	DO("link", S(SYS_link, "dir/a", "dir/l1"), P("oldpath=dir/a") P("newpath=dir/l1"));
	DO("linkat", S(SYS_linkat, AT_FDCWD, "dir/a", AT_FDCWD, "dir/l2", 0), P("oldpath=dir/a") P("newpath=dir/l2"));
	DO("symlink", S(SYS_symlink, "a", "dir/s1"), P("target=a") P("linkpath=dir/s1"));
	DO("symlinkat", S(SYS_symlinkat, "a", AT_FDCWD, "dir/s2"), P("target=a") P("linkpath=dir/s2"));
	DO("rename", S(SYS_rename, "dir/l1", "dir/r1"), P("oldpath=dir/l1") P("newpath=dir/r1"));
	DO("renameat", S(SYS_renameat, AT_FDCWD, "dir/r1", AT_FDCWD, "dir/r2"), P("oldpath=dir/r1") P("newpath=dir/r2"));
	DO("renameat2", S(SYS_renameat2, AT_FDCWD, "dir/r2", AT_FDCWD, "dir/r3", RENAME_NOREPLACE), P("newpath=dir/r3") P("flags=RENAME_NOREPLACE"));
	DO("mknod", S(SYS_mknod, "dir/fifo", S_IFIFO | 0600, 0), P("path=dir/fifo") P("mode=S_IWUSR|S_IRUSR|S_IFIFO"));
	DO("mknodat", S(SYS_mknodat, AT_FDCWD, "dir/null", S_IFCHR | 0600, 0x103), P("path=dir/null"));
	DO("unlink", S(SYS_unlink, "dir/s1"), P("path=dir/s1"));
	DO("unlinkat", S(SYS_unlinkat, AT_FDCWD, "dir/s2", 0), P("name=dir/s2"));
	DO("rmdir", S(SYS_rmdir, "dir/sub"), P("path=dir/sub"));
	DO("getcwd", S(SYS_getcwd, cwd, sizeof(cwd)), P("path=%s"), cwd);
	DO("chdir", S(SYS_chdir, "dir"), P("path=dir"));
	DO("openat", S(SYS_openat, AT_FDCWD, "..", O_RDONLY | O_DIRECTORY), P("flags=O_RDONLY|O_DIRECTORY"));
	other = result;
	DO("getdents", S(SYS_getdents, other, data, sizeof(data)), P("fd=%d"), other);
	DO("getdents64", S(SYS_getdents64, other, data, sizeof(data)), P("fd=%d"), other);
	DO("fchdir", S(SYS_fchdir, other), P("fd=%d"), other);
	DO("chroot", S(SYS_chroot, "/no/such/root"), P("path=/no/such/root"));
	DO("mount", S(SYS_mount, "none", "/no/such/place", "tmpfs", MS_RDONLY | MS_NOSUID, "size=1m"),
	   P("dev=none") P("dir=/no/such/place") P("type=tmpfs") P("flags=RDONLY|NOSUID"));
	DO("umount2", S(SYS_umount2, "/no/such/place", MNT_DETACH), P("name=/no/such/place") P("flags=DETACH"));
	DO("fsconfig", S(SYS_fsconfig, -1, 1, "key", "value", 0), P("fd=-1") P("cmd=FSCONFIG_SET_STRING") P("key=key"));
}

static void descriptors(void)
{
	int pipes[2];
	struct pollfd polled;
	struct timespec moment = {0, 1000};
	char data[16] = "";
	uint64_t mask = 0;
	struct { unsigned words[30]; } ring = {};
	DO("pipe", S(SYS_pipe, pipes), P("fd1=%d") P("fd2=%d"), pipes[0], pipes[1]);
	DO("pipe2", S(SYS_pipe2, pipes, O_CLOEXEC | O_NONBLOCK), P("fd1=%d") P("fd2=%d") P("flags=O_NONBLOCK|O_CLOEXEC"), pipes[0], pipes[1]);
	DO("dup", S(SYS_dup, pipes[0]), P("oldfd=%d"), pipes[0]);
	DO("dup2", S(SYS_dup2, pipes[0], 100), P("oldfd=%d") P("newfd=100"), pipes[0]);
	DO("dup3", S(SYS_dup3, pipes[0], 101, O_CLOEXEC), P("oldfd=%d") P("newfd=101") P("flags=O_CLOEXEC"), pipes[0]);
	DO("splice", S(SYS_splice, pipes[0], 0, pipes[1], 0, 5, 2), P("fd_in=%d") P("fd_out=%d") P("size=5") P("flags=SPLICE_F_NONBLOCK"), pipes[0], pipes[1]);
	polled = (struct pollfd){pipes[1], POLLOUT | POLLIN, 0};
	DO("poll", S(SYS_poll, &polled, 1, 0), P("timeout=0"));
	/* The kernel writes the time that is left into the timeout. */
	DO("ppoll", S(SYS_ppoll, &polled, 0, &moment, 0, 8), P("timeout=0"));
	DO("select", S(SYS_select, 0, 0, 0, 0, &(struct timeval){0, 1}), NONE);
	DO("close_range", S(SYS_close_range, 100, 101, 0), P("first=100") P("last=101"));
	DO("eventfd", S(SYS_eventfd, 7), P("initval=7"));
	DO("eventfd2", S(SYS_eventfd2, 8, O_CLOEXEC), P("initval=8") P("flags=O_CLOEXEC"));
	DO("signalfd", S(SYS_signalfd, -1, &mask, 8), P("fd=-1"));
	DO("signalfd4", S(SYS_signalfd4, -1, &mask, 8, O_NONBLOCK), P("fd=-1") P("flags=O_NONBLOCK"));
	DO("timerfd_create", S(SYS_timerfd_create, 1, O_NONBLOCK), P("clockid=1"));
	DO("inotify_init", S(SYS_inotify_init), NONE);
	DO("inotify_init1", S(SYS_inotify_init1, O_CLOEXEC), P("flags=O_CLOEXEC"));
	DO("epoll_create", S(SYS_epoll_create, 5), P("size=5"));
	DO("epoll_create1", S(SYS_epoll_create1, EPOLL_CLOEXEC), P("flags=EPOLL_CLOEXEC"));
	DO("epoll_wait", S(SYS_epoll_wait, result, data, 1, 0), P("maxevents=1"));
	DO("userfaultfd", S(SYS_userfaultfd, O_CLOEXEC), P("flags=O_CLOEXEC"));
	DO("memfd_create", S(SYS_memfd_create, "scratch", MFD_CLOEXEC), P("name=scratch") P("flags=MFD_CLOEXEC"));
	DO("pidfd_open", S(SYS_pidfd_open, getpid(), 0), P("pid=%d"), getpid());
	DO("pidfd_getfd", S(SYS_pidfd_getfd, result, 1, 0), P("target_fd=1"));
	DO("io_uring_setup", S(SYS_io_uring_setup, 4, &ring), P("entries=4"));
	DO("io_uring_enter", S(SYS_io_uring_enter, -1, 1, 0, 1, 0, 0), P("fd=-1") P("to_submit=1") P("flags=IORING_ENTER_GETEVENTS"));
	DO("io_uring_register", S(SYS_io_uring_register, -1, 0, 0, 3), P("opcode=IORING_REGISTER_BUFFERS") P("nr_args=3"));
}

static void memory(void)
{
	char from[8] = "payload", to[8];
	struct iovec local = {to, 8}, remote = {from, 8};
	DO("mmap", S(SYS_mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	   P("length=8192") P("prot=PROT_READ|PROT_WRITE") P("flags=MAP_PRIVATE|MAP_ANONYMOUS") P("fd=-1"));
	long place = result;
	DO("mprotect", S(SYS_mprotect, place, 4096, PROT_READ), P("addr=%lX") P("length=4096") P("prot=PROT_READ"), place);
	DO("mlock", S(SYS_mlock, place, 4096), P("addr=%lX") P("len=4096"), place);
	DO("munlock", S(SYS_munlock, place, 4096), P("addr=%lX"), place);
	DO("mlock2", S(SYS_mlock2, place, 4096, 1), P("flags=MLOCK_ONFAULT"));
	DO("mlockall", S(SYS_mlockall, 1), P("flags=MCL_CURRENT"));
	DO("munlockall", S(SYS_munlockall), NONE);
	DO("munmap", S(SYS_munmap, place, 8192), P("addr=%lX") P("length=8192"), place);
	DO("brk", S(SYS_brk, 0), P("addr=0"));
	DO("process_vm_readv", S(SYS_process_vm_readv, getpid(), &local, 1, &remote, 1, 0), P("pid=%d"), getpid());
	DO("process_vm_writev", S(SYS_process_vm_writev, getpid(), &local, 1, &remote, 1, 0), P("pid=%d"), getpid());
}

static void identity(void)
{
	unsigned a, b, c;
	struct rlimit limit = {100, 200}, old;
	struct { unsigned version; int pid; } header = {0x20080522, 0};
	DO("getuid", S(SYS_getuid), P("uid=0"));
	DO("geteuid", S(SYS_geteuid), P("euid=0"));
	DO("getgid", S(SYS_getgid), P("gid=0"));
	DO("getegid", S(SYS_getegid), P("egid=0"));
	DO("getresuid", S(SYS_getresuid, &a, &b, &c), P("ruid=0") P("euid=0") P("suid=0"));
	DO("getresgid", S(SYS_getresgid, &a, &b, &c), P("rgid=0") P("egid=0") P("sgid=0"));
	DO("setuid", S(SYS_setuid, 0), P("uid=0"));
	DO("setgid", S(SYS_setgid, 0), P("gid=0"));
	DO("setreuid", S(SYS_setreuid, 0, 0), P("ruid=0") P("euid=0"));
	DO("setregid", S(SYS_setregid, 0, 0), P("rgid=0") P("egid=0"));
	DO("setresuid", S(SYS_setresuid, 0, 0, 0), P("suid=0"));
	DO("setresgid", S(SYS_setresgid, 0, 0, 0), P("sgid=0"));
	DO("setpgid", S(SYS_setpgid, 0, 0), P("pid=0") P("pgid=0"));
	DO("setsid", S(SYS_setsid), NONE);
	DO("capset", S(SYS_capset, &header, 0), NONE);
	DO("getrlimit", S(SYS_getrlimit, RLIMIT_NOFILE, &old), P("resource=RLIMIT_NOFILE") P("cur=%ld"), (long)old.rlim_cur);
	DO("setrlimit", S(SYS_setrlimit, RLIMIT_CORE, &limit), P("resource=RLIMIT_CORE") P("cur=100") P("max=200"));
	DO("prlimit", S(SYS_prlimit64, 0, RLIMIT_CORE, 0, &old), P("resource=RLIMIT_CORE") P("oldcur=100") P("oldmax=200"));
	DO("prctl", S(SYS_prctl, PR_SET_NAME, "renamed"), P("option=PR_SET_NAME") P("arg2_str=renamed"));
}

static void sockets(void)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons(9)};
	struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "dir/socket"};
	socklen_t size = sizeof(v4), four = 4;
	struct iovec vector = {"datagram", 8};
	char data[64];
	struct iovec in = {data, sizeof(data)};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1}, reply = {.msg_iov = &in, .msg_iovlen = 1};
	struct mmsghdr many = {.msg_hdr = message}, replies = {.msg_hdr = reply};
	int one = 1, pair[2], server, client, accepted;
	DO("socket", S(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), P("domain=AF_INET") P("proto=0") P("flags=O_CLOEXEC"));
	server = result;
	DO("setsockopt", S(SYS_setsockopt, server, SOL_SOCKET, SO_REUSEADDR, &one, 4),
	   P("fd=%d") P("level=SOL_SOCKET") P("optname=SO_REUSEADDR") P("val=1") P("optlen=4"), server);
	DO("getsockopt", S(SYS_getsockopt, server, SOL_SOCKET, SO_TYPE, &one, &four), P("fd=%d") P("optname=SO_TYPE") P("val=1"), server);
	DO("bind", S(SYS_bind, server, &v4, sizeof(v4)), P("fd=%d") P("addr=127.0.0.1:0"), server);
	DO("getsockname", S(SYS_getsockname, server, &v4, &size), NONE);
	DO("listen", S(SYS_listen, server, 5), P("fd=%d") P("backlog=5"), server);
	DO("socket", S(SYS_socket, AF_INET, SOCK_STREAM, 0), P("domain=AF_INET"));
	client = result;
	DO("connect", S(SYS_connect, client, &v4, sizeof(v4)), P("fd=%d") P("addr=127.0.0.1:%d"), client, ntohs(v4.sin_port));
	DO("accept", S(SYS_accept, server, 0, 0), P("queuemax=5"));
	accepted = result;
	DO("getpeername", S(SYS_getpeername, client, &v4, &size), NONE);
	DO("sendto", S(SYS_sendto, client, "over tcp", 8, 0, 0, 0), P("fd=%d") P("size=8") P("data=over tcp"), client);
	DO("recvfrom", S(SYS_recvfrom, accepted, data, 64, 0, 0, 0), P("fd=%d") P("size=64") P("data=over tcp"), accepted);
	DO("sendmsg", S(SYS_sendmsg, client, &message, 0), P("fd=%d") P("size=8") P("data=datagram"), client);
	DO("recvmsg", S(SYS_recvmsg, accepted, &reply, 0), P("fd=%d") P("size=8") P("data=datagram"), accepted);
	DO("sendmmsg", S(SYS_sendmmsg, client, &many, 1, 0), P("fd=%d") P("size=8") P("data=datagram"), client);
	DO("recvmmsg", S(SYS_recvmmsg, accepted, &replies, 1, 0, 0), P("fd=%d") P("size=8") P("data=datagram"), accepted);
	DO("shutdown", S(SYS_shutdown, client, SHUT_WR), P("fd=%d") P("how=SHUT_WR"), client);
	DO("accept4", S(SYS_accept4, client, 0, 0, SOCK_CLOEXEC), P("fd=-22"));
	DO("socket", S(SYS_socket, AF_INET6, SOCK_DGRAM, 0), P("domain=AF_INET6"));
	DO("connect", S(SYS_connect, result, &v6, sizeof(v6)), P("addr=::1:9"));
	DO("socketpair", S(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair), P("fd1=%d") P("fd2=%d") P("domain=AF_LOCAL|AF_UNIX"), pair[0], pair[1]);
	DO("socket", S(SYS_socket, AF_UNIX, SOCK_STREAM, 0), NONE);
	DO("bind", S(SYS_bind, result, &local, sizeof(local)), P("addr=dir/socket"));
	DO("socket", S(SYS_socket, AF_NETLINK, SOCK_RAW, 0), NONE);
}

static void machine(void)
{
	struct sembuf operation = {0, 1, IPC_NOWAIT};
	struct timespec moment = {0, 2000};
	int word = 0;
	DO("semget", S(SYS_semget, IPC_PRIVATE, 1, IPC_CREAT | 0600), P("nsems=1") P("semflg=IPC_CREAT"));
	long set = result;
	DO("semop", S(SYS_semop, set, &operation, 1), P("nsops=1") P("sem_op_0=1") P("sem_flg_0=IPC_NOWAIT"));
	DO("semctl", S(SYS_semctl, set, 0, IPC_RMID), P("semid=%ld") P("cmd=IPC_RMID"), set);
	DO("futex", S(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1), P("addr=%lX") P("op=FUTEX_PRIVATE_FLAG|FUTEX_WAKE") P("val=1"), (long)&word);
	DO("nanosleep", S(SYS_nanosleep, &moment, 0), P("interval=2000"));
	DO("bpf", S(SYS_bpf, 99, 0, 0), P("cmd=99"));
	DO("init_module", S(SYS_init_module, 0, 0, "a=1"), P("length=0") P("uargs=a=1"));
	DO("finit_module", S(SYS_finit_module, -1, "b=2", 1), P("fd=-1") P("uargs=b=2") P("flags=MODULE_INIT_IGNORE_MODVERSIONS"));
	DO("delete_module", S(SYS_delete_module, "no_such_module", O_NONBLOCK), P("name=no_such_module") P("flags=O_NONBLOCK"));
	DO("quotactl", S(SYS_quotactl, 0x80000700, "/no/device", 0, 0), P("special=/no/device") P("cmd=Q_GETQUOTA") P("type=USRQUOTA"));
	DO("keyctl", S(SYS_keyctl, KEYCTL_GET_KEYRING_ID, -3, 0), P("operation=KEYCTL_GET_KEYRING_ID"));
	DO("seccomp", S(SYS_seccomp, 99, 0, 0), P("op=99") P("flags=0"));
	DO("unshare", S(SYS_unshare, CLONE_NEWUTS), P("flags=CLONE_NEWUTS"));
	DO("setns", S(SYS_setns, -1, CLONE_NEWNET), P("fd=-1") P("nstype=CLONE_NEWNET"));
	DO("ptrace", S(SYS_ptrace, PTRACE_ATTACH, 0, 0, 0), P("request=PTRACE_ATTACH") P("pid=0"));
}

static void on_signal(int number)
{
	(void)number;
}

static void processes(void)
{
	char *arguments[] = {"nothing", "here", NULL}, *environment[] = {"A=1", NULL};
	struct { uint64_t words[11]; } third = {{[4] = SIGCHLD}};
	int status;
	signal(SIGUSR1, on_signal);
	DO("kill", S(SYS_kill, getpid(), SIGUSR1), P("pid=%d") P("sig=SIGUSR1"), getpid());
	DO("signaldeliver", NO_RESULT, P("dpid=%d") P("sig=SIGUSR1"), getpid());
	DO("tkill", S(SYS_tkill, getpid(), 0), P("tid=%d"), getpid());
	DO("tgkill", S(SYS_tgkill, getpid(), getpid(), 0), P("pid=%d") P("tid=%d"), getpid(), getpid());
	DO("execve", S(SYS_execve, "/no/such/program", arguments, environment),
	   P("exe=nothing") P("args=here.") P("env=A=1.") P("filename=/no/such/program"));
	DO("execveat", S(SYS_execveat, AT_FDCWD, "no-program", arguments, environment, 0), P("exe=nothing"));
	long child = S(SYS_fork);
	if (!child)
		_exit(3);
	say("fork\t%ld\tuid=0\n", child);
	waitpid(child, &status, 0);
	child = S(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (!child)
		_exit(0);
	say("clone\t%ld\tuid=0\n", child);
	waitpid(child, &status, 0);
	child = S(SYS_clone3, &third, 88);
	if (!child)
		_exit(0);
	say("clone3\t%ld\tuid=0\n", child);
	waitpid(child, &status, 0);
	child = vfork();
	if (!child) {
		execl("/bin/true", "true", "argument", NULL);
		_exit(1);
	}
	say("vfork\t%ld\tuid=0\n", child);
	waitpid(child, &status, 0);
	DO("syscall", S(SYS_getppid), P("ID=getppid"));
	DO("syscall", S(SYS_sched_yield), P("ID=sched_yield"));
}

int main(void)
{
	files();
	descriptors();
	memory();
	sockets();
	identity();
	machine();
	processes();
	for (size_t at = 0; at < text_size;) {
		ssize_t done = write(9, text + at, text_size - at);
		if (done <= 0)
			return 1;
		at += done;
	}
	return 0;
}
