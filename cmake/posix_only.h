// Included before everything in a portable build on Linux. libstdc++ assumes
// that glibc declares all of its functions; without _GNU_SOURCE, these are
// missing, and libstdc++ goes without them.
#if __has_include(<bits/c++config.h>)
#include <bits/c++config.h>
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_CLOCKLOCK
#endif
