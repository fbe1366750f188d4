#include "verify/exact_ahead.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace busyhour::internal {
namespace {

// So few that they stay in a core's cache until they are compared.
constexpr std::size_t kAheadBytes = 256 << 10;
// Pieces before the shape is known.
constexpr std::size_t kFirstBytes = 64 << 10;

}  // namespace

class ExactAhead::Piece : public PoolTask {
 public:
  explicit Piece(const std::vector<std::unique_ptr<ExactMatcher>>& matchers)
      : matchers_(matchers), text_(1 + kAheadBytes) {
    // A record may begin with the piece.
    text_.front() = '\n';
  }

  // Reads up to `size` bytes. False at the end.
  bool Read(InputText& input, std::size_t size, std::uint64_t offset) {
    offset_ = offset;
    bytes_ = 0;
    found_.clear();
    while (bytes_ < size) {
      const std::size_t more =
          input.Read(text_.data() + 1 + bytes_, size - bytes_);
      if (more == 0) break;
      bytes_ += more;
    }
    return bytes_ > 0;
  }
  void Expect(Shape shape) { shape_ = shape; }

  void Run(int worker) override {
    ExactMatcher& matcher = *matchers_[static_cast<std::size_t>(worker)];
    matcher.BeginInput();
    matcher.Expect(shape_);
    const char* const end = text() + bytes_;
    const char* p = text();
    while ((p = NextRecordStart(p, end)) != nullptr) {
      const auto offset = offset_ + static_cast<std::uint64_t>(p - text());
      const auto found =
          matcher.Find({.text = p, .end = end, .offset = offset});
      if (found) found_.push_back({offset, *found});
      p += found ? found->bytes : 1;
    }
  }

  const char* text() const noexcept { return text_.data() + 1; }
  std::size_t bytes() const noexcept { return bytes_; }
  const std::vector<Place>& found() const noexcept { return found_; }

 private:
  const std::vector<std::unique_ptr<ExactMatcher>>& matchers_;
  std::vector<char> text_;
  std::size_t bytes_ = 0;
  std::uint64_t offset_ = 0;
  Shape shape_ = Shape::kResourceLog;
  std::vector<Place> found_;
};

ExactAhead::ExactAhead(const Worlds& worlds, const SentRecords& sent,
                       SharedCalls& calls, int threads)
    : pool_(threads) {
  for (int worker = 0; worker < pool_.workers(); ++worker) {
    matchers_.push_back(std::make_unique<ExactMatcher>(worlds, sent, calls));
  }
}

ExactAhead::~ExactAhead() = default;

void ExactAhead::Begin(InputText& input) {
  Drop();
  input_ = &input;
  shape_.reset();
  offset_ = 0;
  ended_ = false;
}

// Gives up what was read ahead.
void ExactAhead::Drop() {
  for (auto& piece : ahead_) {
    pool_.Wait(*piece);
    spares_.push_back(std::move(piece));
  }
  ahead_.clear();
  if (current_) spares_.push_back(std::move(current_));
  found_.clear();
}

std::unique_ptr<ExactAhead::Piece> ExactAhead::ReadPiece(std::size_t size) {
  if (ended_) return nullptr;
  std::unique_ptr<Piece> piece;
  if (spares_.empty()) {
    piece = std::make_unique<Piece>(matchers_);
  } else {
    piece = std::move(spares_.back());
    spares_.pop_back();
  }
  if (!piece->Read(*input_, size, offset_)) {
    ended_ = true;
    spares_.push_back(std::move(piece));
    return nullptr;
  }
  offset_ += piece->bytes();
  return piece;
}

bool ExactAhead::Advance() {
  if (current_) spares_.push_back(std::move(current_));
  taken_ = 0;
  const std::size_t most = 2 * matchers_.size();
  while (shape_ && ahead_.size() < most) {
    std::unique_ptr<Piece> piece = ReadPiece(kAheadBytes);
    if (!piece) break;
    piece->Expect(*shape_);
    pool_.Submit(*ahead_.emplace_back(std::move(piece)));
  }
  if (ahead_.empty()) {
    current_ = ReadPiece(kFirstBytes);
    return current_ != nullptr;
  }
  current_ = std::move(ahead_.front());
  ahead_.pop_front();
  pool_.Wait(*current_);
  found_.insert(found_.end(), current_->found().begin(),
                current_->found().end());
  return true;
}

std::size_t ExactAhead::Read(char* to, std::size_t size) {
  if ((!current_ || taken_ == current_->bytes()) && !Advance()) return 0;
  const std::size_t bytes = std::min(size, current_->bytes() - taken_);
  std::memcpy(to, current_->text() + taken_, bytes);
  taken_ += bytes;
  return bytes;
}

std::optional<ExactMatcher::Found> ExactAhead::FoundAt(std::uint64_t offset) {
  while (!found_.empty() && found_.front().offset < offset) found_.pop_front();
  if (found_.empty() || found_.front().offset != offset) return std::nullopt;
  return found_.front().found;
}

}  // namespace busyhour::internal
