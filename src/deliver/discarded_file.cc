#include "deliver/discarded_file.h"

#include <unistd.h>

#include <array>
#include <utility>

namespace busyhour::internal {
namespace {

// A signal handler can reach only what is global. Commands write one or two
// such files at a time, and exports of labels some ten.
std::array<std::atomic<const char*>, 64> g_discarded{};

}  // namespace

DiscardedFile::DiscardedFile(std::string path) : path_(std::move(path)) {
  for (std::atomic<const char*>& slot : g_discarded) {
    const char* none = nullptr;
    if (!slot.compare_exchange_strong(none, path_.c_str())) continue;
    slot_ = &slot;
    return;
  }
}

DiscardedFile::~DiscardedFile() {
  if (!is_kept_) ::unlink(path_.c_str());
  Keep();
}

void DiscardedFile::Keep() noexcept {
  if (slot_ != nullptr) slot_->store(nullptr);
  slot_ = nullptr;
  is_kept_ = true;
}

void RemoveDiscardedFiles() noexcept {
  for (const std::atomic<const char*>& slot : g_discarded) {
    if (const char* const path = slot.load()) ::unlink(path);
  }
}

}  // namespace busyhour::internal
