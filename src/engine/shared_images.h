#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/huge_pages.h"
#include "encode/call_image.h"
#include "encode/encoder.h"
#include "engine/image_cache.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The images of a run's calls, each rendered once: by the worker that
/// simulates the call, for all workers that encode its records.
///
/// A ring: the image of call number n is at n modulo the capacity. No lock
/// guards it, because the owner of the pool decides beforehand what a task may
/// read and write:
///
/// - A portion of records reads the images of the newest calls when it begins,
///   in all of the ring but `ahead` places.
/// - While it is in progress, images are written only for `ahead` calls beyond
///   these, so at none of the places that it reads.
///
/// An image that may not be written is left out; its readers render it in
/// `ImageCache`s of their own.
class SharedImages {
 public:
  /// `capacity` must be a power of two, and `ahead` less. `worlds` must outlive
  /// it.
  SharedImages(const Worlds& worlds, std::size_t capacity, std::size_t ahead)
      : has_several_(worlds.size() > 1),
        images_(capacity),
        mask_(capacity - 1),
        ahead_(ahead) {}

  /// The constructor's `ahead`, in calls, for a run that simulates `window`
  /// portions of calls ahead.
  static std::size_t AheadFor(std::size_t window) noexcept;
  /// Its `capacity`, in images, with about this number of calls in flight.
  static std::size_t CapacityFor(double calls_in_flight,
                                 std::size_t window) noexcept;

  // For the owner of the pool.

  /// The calls below `end` that were not handed out before are simulated next.
  /// Returns the end of the numbers whose images may be written.
  std::uint64_t BeginCalls(std::uint64_t end);
  /// The portion of calls that ends with `end` has been simulated.
  void EndCalls(std::uint64_t end) noexcept { taken_ = end; }
  /// A portion of records is encoded next. Returns the argument for `Find`.
  std::uint32_t BeginRecords();
  /// The first of the portions of records in progress has ended.
  void EndRecords() noexcept { reading_.pop_front(); }

  // For workers.

  /// Renders the image of call `number`, which must be one that the portion may
  /// write, and not written by it before.
  void Put(std::uint64_t number, const Record& record,
           ImageCache& renderer) noexcept {
    renderer.Render(record, images_[number & mask_]);
  }
  /// The image of the record's call; null if there is none.
  const CallImage* Find(const Record& record,
                        std::uint32_t newest) const noexcept {
    if (((newest - record.place) & (Record::kCallNumbers - 1)) >=
        images_.size() - ahead_) {
      return nullptr;
    }
    const CallImage& image = images_[record.place & mask_];
    return ImageCache::IsOf(image, record, has_several_) ? &image : nullptr;
  }
  /// Prefetches the memory that `Find` and the encoder will read.
  [[gnu::always_inline]] void Prefetch(const Record& record,
                                       const Encoder& encoder) const noexcept {
    images_[record.place & mask_].Prefetch(
        encoder.reads_whole_image(record.log()));
  }

 private:
  const bool has_several_;
  std::vector<CallImage, HugePages<CallImage>> images_;
  const std::size_t mask_;
  const std::size_t ahead_;
  std::uint64_t handed_out_ = 0;  // numbers below are being simulated, or have
  std::uint64_t taken_ = 0;       // numbers below have been simulated
  // `handed_out_` at the start of each portion of records in progress.
  std::deque<std::uint64_t> reading_;
};

/// The images for one portion of records: those that the run shares, if it
/// shares any, and those of the worker.
class PortionImages {
 public:
  PortionImages(const SharedImages* shared, std::uint32_t newest,
                ImageCache& own) noexcept
      : shared_(shared), newest_(newest), own_(own) {}

  /// The image of the record's call, ready to encode it. Valid until the next
  /// call.
  const CallImage& Get(const Record& record) noexcept {
    if (shared_ == nullptr) return own_.Get(record);
    const CallImage* const image = shared_->Find(record, newest_);
    return image != nullptr ? *image : own_.Get(record);
  }
  [[gnu::always_inline]] void Prefetch(const Record& record,
                                       const Encoder& encoder) const noexcept {
    if (shared_ == nullptr) {
      own_.Prefetch(record, encoder);
    } else {
      shared_->Prefetch(record, encoder);
    }
  }

 private:
  const SharedImages* shared_;
  std::uint32_t newest_;
  ImageCache& own_;
};

}  // namespace busyhour::internal
