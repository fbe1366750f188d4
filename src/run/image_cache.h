#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "encode/encoder.h"
#include "logs/directory.h"

namespace busyhour {

/// Call images of the calls that have records coming up.
///
/// A call's place follows from its running number, so that the calls of any
/// stretch of time lie side by side and only a call that outlives `capacity`
/// later ones is put out; it is rendered again when it is needed. For one
/// thread.
class ImageCache {
 public:
  /// `capacity` is a power of two. Both references must outlive the cache.
  ImageCache(const Encoder& encoder, const Directory& directory,
             std::size_t capacity);

  /// The image of the record's call, ready to encode it.
  CallImage Get(const Record& record) noexcept {
    const std::size_t place = record.call_number & mask_;
    CallImage image(Memory(place));
    const Tag tag = TagOf(record);
    if (tags_[place] != tag) [[unlikely]] {
      Renew(record, tag, place, image);
    }
    return image;
  }

  /// Asks for what `Get` and the encoder will read.
  void Prefetch(const Record& record) noexcept {
    const std::size_t place = record.call_number & mask_;
    __builtin_prefetch(&tags_[place]);
    encoder_.image_layout().Prefetch(record.log(), CallImage(Memory(place)));
  }

 private:
  // What an image was rendered from. Kept apart from the images: it is read for
  // every record, and many fit a cache line.
  struct Tag {
    std::uint64_t call = 0;  // slot, ordinal and whether connected; never 0
    std::uint64_t epoch = 0;
    friend bool operator==(const Tag&, const Tag&) = default;
  };
  static Tag TagOf(const Record& record) noexcept {
    return {
        (record.packed >> 6) << 2 | std::uint64_t{record.connected()} << 1 | 1,
        record.correlation_epoch};
  }
  char* Memory(std::size_t place) const noexcept {
    return memory_.get() + place * stride_;
  }
  void Renew(const Record& record, const Tag& tag, std::size_t place,
             CallImage image) noexcept;

  const Encoder& encoder_;
  const Directory& directory_;
  std::size_t mask_;
  std::size_t stride_;
  std::vector<Tag> tags_;
  struct Free {
    void operator()(char* memory) const noexcept;
  };
  std::unique_ptr<char[], Free> memory_;
};

}  // namespace busyhour
