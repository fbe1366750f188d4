#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "encode/shape.h"
#include "engine/pool.h"
#include "logs/worlds.h"
#include "read/input.h"
#include "verify/exact_matcher.h"
#include "verify/sent_records.h"
#include "verify/shared_calls.h"

namespace busyhour::internal {

/// Reads an input ahead, in pieces, and recognizes the records in them that are
/// exactly as they were sent, on several threads. What it has recognized does
/// not affect the result: `ExactMatcher` would recognize the same records.
///
/// The reader of the input takes the bytes from here, and then asks for the
/// recognized records by their offsets. For one thread, which owns the others.
class ExactAhead : public InputText {
 public:
  /// `threads` includes the calling one, at least 2. All must outlive it.
  /// Throws `std::runtime_error` if a thread cannot be started.
  ExactAhead(const Worlds& worlds, const SentRecords& sent, SharedCalls& calls,
             int threads);
  ~ExactAhead() override;

  /// Begins an input, which must outlive the reading. All of the last one has
  /// been read, or is given up.
  void Begin(InputText& input);
  /// The shape of records in the pieces that are read from now on. Nothing is
  /// read ahead before it is known.
  void Expect(Shape shape) { shape_ = shape; }

  std::size_t Read(char* to, std::size_t size) override;
  const std::string& trouble() const noexcept override {
    return input_->trouble();
  }

  /// The recognized record that begins here. Offsets must not decrease, or less
  /// is found.
  std::optional<ExactMatcher::Found> FoundAt(std::uint64_t offset);

 private:
  class Piece;
  struct Place {
    std::uint64_t offset = 0;
    ExactMatcher::Found found;
  };

  // Reads the next piece; null at the end of the input.
  std::unique_ptr<Piece> ReadPiece(std::size_t size);
  // Makes the next piece the current one. False at the end.
  bool Advance();
  void Drop();

  std::vector<std::unique_ptr<ExactMatcher>> matchers_;  // by worker
  InputText* input_ = nullptr;
  std::optional<Shape> shape_;
  std::uint64_t offset_ = 0;  // of the next piece
  bool ended_ = false;
  std::unique_ptr<Piece> current_;
  std::size_t taken_ = 0;  // bytes of the current piece
  std::deque<std::unique_ptr<Piece>> ahead_;
  std::vector<std::unique_ptr<Piece>> spares_;
  std::deque<Place> found_;
  Pool pool_;  // ends first
};

}  // namespace busyhour::internal
