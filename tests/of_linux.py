"""Names of what POSIX or macOS does not have: functions, macros and headers."""

import re

FUNCTIONS = r"""
    accept4 adjtimex clock_adjtime copy_file_range dup3 epoll_\w+ eventfd
    fallocate fdatasync getauxval getrandom gettid inotify_\w+ io_uring\w*
    mallopt malloc_trim memfd_create memmem mremap pidfd_\w+ pipe2
    posix_fadvise posix_fallocate ppoll prctl preadv2
    pthread_(?:cond|mutex|rwlock)_clock\w+ pthread_setname_np pwritev2 readahead
    recvmmsg renameat2 sched_\w+affinity secure_getenv sendfile sendmmsg
    setpriority signalfd statx sync_file_range syncfs syscall sysinfo
    timerfd_\w+ vmsplice"""
MACROS = r"""
    EPOLL\w+ FALLOC_\w+ F_[GS]ETPIPE_SZ IP_RECVERR IPV6_RECVERR MADV_HUGEPAGE
    MAP_POPULATE MSG_CMSG_CLOEXEC MSG_ERRQUEUE MSG_NOSIGNAL MSG_ZEROCOPY O_DIRECT
    O_PATH O_TMPFILE POLLRDHUP PR_SET_\w+ RWF_\w+ SIOC\w+ SOCK_CLOEXEC
    SOCK_NONBLOCK SOCK_SEQPACKET SO_ZEROCOPY TCP_CORK TCP_INFO TCP_QUICKACK
    TCP_USER_TIMEOUT TFD_\w+ tcp_info program_invocation_\w+"""
HEADERS = "auxv epoll eventfd inotify prctl sendfile signalfd timerfd timex"


def any_of(names: str) -> str:
    return "(?:" + "|".join(names.split()) + ")"


FUNCTION = re.compile(any_of(FUNCTIONS))
# In a source, outside of comments.
OF_LINUX = re.compile(
    rf"\b(?:{any_of(FUNCTIONS)}|{any_of(MACROS)})\b|/proc/|<linux/|"
    rf"<sys/{any_of(HEADERS)}\.h>")
