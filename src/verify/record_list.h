#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/guid.h"
#include "logs/log.h"
#include "logs/record.h"

namespace busyhour::internal {

/// The own id of a record, among those of its call.
struct OwnId {
  IdKind kind = IdKind::kOperation;
  std::uint16_t subject = 0;

  static OwnId Of(const Record& record) noexcept {
    return {DescriptorOf(record.log()).own_kind, SubjectOf(record)};
  }
  friend bool operator==(OwnId, OwnId) = default;
};

/// The records of a call, which are found by their own ids. Those of most calls
/// lie in the list itself, after their ids, so that few cache lines are read to
/// find one.
class RecordList {
 public:
  void Assign(std::span<const Record> records) {
    size_ = static_cast<std::uint32_t>(records.size());
    if (size_ > kFew) {
      many_.assign(records.begin(), records.end());
      return;
    }
    for (std::size_t i = 0; i < size_; ++i) {
      few_[i] = records[i];
      ids_[i] = OwnId::Of(records[i]);
    }
  }

  /// The first record from number `from` on with this id; `size()` if there is
  /// none.
  std::size_t Find(OwnId id, std::size_t from) const noexcept {
    std::size_t i = from;
    if (size_ <= kFew) {
      while (i < size_ && ids_[i] != id) ++i;
    } else {
      while (i < size_ && OwnId::Of(many_[i]) != id) ++i;
    }
    return i;
  }

  std::size_t size() const noexcept { return size_; }
  const Record* data() const noexcept {
    return size_ <= kFew ? few_.data() : many_.data();
  }
  Record* data() noexcept { return size_ <= kFew ? few_.data() : many_.data(); }
  const Record& operator[](std::size_t at) const noexcept { return data()[at]; }
  const Record* begin() const noexcept { return data(); }
  const Record* end() const noexcept { return data() + size_; }
  Record* begin() noexcept { return data(); }
  Record* end() noexcept { return data() + size_; }

  /// Number of bytes from its beginning on that are read to find a record.
  static constexpr std::size_t bytes_to_find() noexcept {
    return sizeof(size_) + sizeof(ids_);
  }

 private:
  // 97 % of the records of `contact-center` are of calls with no more.
  static constexpr std::size_t kFew = 20;

  std::uint32_t size_ = 0;
  std::array<OwnId, kFew> ids_;
  std::array<Record, kFew> few_;
  std::vector<Record> many_;
};

}  // namespace busyhour::internal
