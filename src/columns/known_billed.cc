#include "columns/known_billed.h"

#include <algorithm>
#include <array>

#include "logs/log.h"

namespace busyhour::internal {

void KnownBilled::AddSame(std::size_t bytes) {
  for (std::uint32_t& same : same_) same += static_cast<std::uint32_t>(bytes);
}

void KnownBilled::Add(std::uint8_t at, const Alphabet& alphabet) {
  if (at == Field::kSameInAll) {
    for (std::uint32_t i = 0; i < same_.size(); ++i) {
      same_[i] += alphabet.OfResource(i).bytes[0];
    }
    return;
  }
  auto known = std::find_if(of_bytes_.begin(), of_bytes_.end(),
                            [at](const OfByte& each) { return each.at == at; });
  if (known == of_bytes_.end()) {
    known = of_bytes_.insert(known, {at, {}});
    known->bytes.resize(same_.size());
  }
  for (std::uint32_t i = 0; i < same_.size(); ++i) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      known->bytes[i][byte] += alphabet.OfResource(i).bytes[byte];
    }
  }
}

void KnownBilled::Sum(std::span<const Record> records,
                      std::uint32_t* sums) const noexcept {
  if (same_.size() > 1) {
    for (const Record& record : records) {
      const std::uint32_t resource = record.resource();
      std::uint32_t sum = same_[resource];
      for (const OfByte& each : of_bytes_) {
        sum += each.bytes[resource][record.ByteAt(each.at)];
      }
      *sums++ = sum;
    }
    return;
  }
  std::fill_n(sums, records.size(), same_.front());
  std::span<const OfByte> left = of_bytes_;
  for (; left.size() >= 4; left = left.subspan(4)) {
    AddOf(std::make_index_sequence<4>(), left, records, sums);
  }
  for (; !left.empty(); left = left.subspan(1)) {
    AddOf(std::make_index_sequence<1>(), left, records, sums);
  }
}

// Adds the sizes for the first bytes of `all`, for a single resource.
template <std::size_t... kEach>
void KnownBilled::AddOf(std::index_sequence<kEach...>,
                        std::span<const OfByte> all,
                        std::span<const Record> records,
                        std::uint32_t* sums) noexcept {
  const std::array at = {std::size_t{all[kEach].at}...};
  const std::array bytes = {all[kEach].bytes.front().data()...};
  for (const Record& record : records) {
    *sums++ += (bytes[kEach][record.ByteAt(at[kEach])] + ...);
  }
}

}  // namespace busyhour::internal
