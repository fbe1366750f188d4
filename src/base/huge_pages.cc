#include "base/huge_pages.h"

#include <new>

#include "base/cache.h"
#include "base/system.h"

namespace busyhour::internal {
namespace {

std::align_val_t AlignmentOf(std::size_t bytes) {
  return std::align_val_t(bytes >= kHugePage ? kHugePage : kCacheLine);
}

}  // namespace

void* AllocateInHugePages(std::size_t bytes) {
  void* const at = ::operator new(bytes, AlignmentOf(bytes));
  if (bytes >= kHugePage) PreferHugePages(at, bytes);
  return at;
}

void FreeInHugePages(void* at, std::size_t bytes) noexcept {
  ::operator delete(at, AlignmentOf(bytes));
}

}  // namespace busyhour::internal
