#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "base/guid.h"
#include "encode/skeleton.h"

namespace busyhour {

inline constexpr std::size_t kCacheLine = 64;

/// The text of one call as its records hold it, so that a record copies it
/// instead of spelling it out.
///
/// A view: the memory is somebody else's, `CallImageLayout::stride()` bytes. It
/// may be read by many threads, and written by one while none reads.
///
///   epoch 1 | connected 1 | where the correlation ids are 3 * 2 | texts ...
class CallImage {
 public:
  explicit CallImage(char* memory) noexcept : memory_(memory) {}

  const char* data() const noexcept { return memory_; }

  /// Which of the call's correlation ids it holds now, and whether it was
  /// rendered with a connection id. A record of another epoch needs
  /// `SetCorrelation`, one with other `connected()` needs a new rendering.
  std::uint8_t epoch() const noexcept { return head().epoch; }
  bool connected() const noexcept { return head().connected; }

  void SetCorrelation(std::uint8_t epoch, const Guid& correlation) noexcept;

 private:
  friend class CallImageLayout;

  struct Head {
    std::uint8_t epoch = 0;
    bool connected = false;
    /// 0 where there is none.
    std::uint16_t correlation_at[kLogTypeCount] = {};
  };

  Head head() const noexcept {
    Head head;
    std::memcpy(&head, memory_, sizeof head);
    return head;
  }

  char* memory_;
};

/// Where a call image holds what, for the logs of one run.
class CallImageLayout {
 public:
  /// For images that hold the texts of `logs` only. Tells the skeletons, which
  /// are indexed by `LogType`, where their texts are. `quote_csv`: values are
  /// quoted where a portal export would.
  CallImageLayout(std::span<Skeleton> skeletons, std::span<const LogType> logs,
                  bool quote_csv);

  /// Bytes from one image to the next; a whole number of cache lines. Images
  /// are best aligned to one.
  std::size_t stride() const noexcept { return stride_; }

  void Render(const CallFacts& facts, std::uint8_t epoch,
              const Guid& correlation, CallImage image) const noexcept;

  /// Asks for the memory of `image` that a record of `log` will read.
  void Prefetch(LogType log, const CallImage& image) const noexcept {
    const Stretch& stretch = stretches_[static_cast<std::size_t>(log)];
    for (std::size_t at = stretch.begin; at < stretch.end; at += kCacheLine) {
      __builtin_prefetch(image.data() + at);
    }
  }

 private:
  /// A constant text with room for whole copy steps.
  struct PaddedText {
    explicit PaddedText(const std::string& text);
    char* Put(char* p) const noexcept;

    std::vector<char> text;
    std::size_t bytes;
  };
  struct Part {
    PaddedText before;
    Field field;
  };
  /// A text of the image; see `CallText`.
  struct Text {
    std::size_t offset;
    std::vector<Part> parts;
    PaddedText after;
    std::size_t billed;
  };
  struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  std::array<std::vector<Text>, kLogTypeCount> texts_;
  std::array<Stretch, kLogTypeCount> stretches_;
  bool quote_csv_ = false;
  std::size_t stride_ = kCacheLine;
};

}  // namespace busyhour
