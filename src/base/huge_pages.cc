#include "base/huge_pages.h"

#include <sys/mman.h>

#include <new>

#include "base/cache.h"

namespace busyhour::internal {
namespace {

std::align_val_t AlignmentOf(std::size_t bytes) {
  return std::align_val_t(bytes >= kHugePage ? kHugePage : kCacheLine);
}

}  // namespace

void* AllocateInHugePages(std::size_t bytes) {
  void* const at = ::operator new(bytes, AlignmentOf(bytes));
#ifdef MADV_HUGEPAGE
  if (bytes >= kHugePage) ::madvise(at, bytes, MADV_HUGEPAGE);
#endif
  return at;
}

void FreeInHugePages(void* at, std::size_t bytes) noexcept {
  ::operator delete(at, AlignmentOf(bytes));
}

}  // namespace busyhour::internal
