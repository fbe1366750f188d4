#include "score/line_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "read/input_files.h"
#include "text/problems.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kPieceBytes = 1 << 16;
constexpr std::size_t kMostLineBytes = 1 << 20;
constexpr std::uint64_t kMostInflatedBytes = std::uint64_t{1} << 40;

int LineOf(std::uint64_t number) {
  constexpr std::uint64_t kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(number, kMost));
}

}  // namespace

LineReader::LineReader(const std::string& path, std::vector<Problem>& problems)
    : name_(path == "-" ? "standard input" : path), problems_(problems) {
  std::string trouble;
  InputBytes::Source source = OpenSource(path, trouble);
  if (source) {
    input_.emplace(std::move(source), kMostInflatedBytes);
  } else {
    Stop(0, trouble);
  }
}

bool LineReader::Next(std::string& line) {
  while (!stopped_) {
    const std::size_t end = buffer_.find('\n', at_);
    const std::size_t length = std::min(end, buffer_.size()) - at_;
    if (length > kMostLineBytes) {
      Stop(number_ + 1, "the line is longer than 1 MiB");
      return false;
    }
    if (end == std::string::npos && Refill()) continue;
    if (stopped_ || (end == std::string::npos && length == 0)) return false;
    line.assign(buffer_, at_, length);
    at_ += length + (end == std::string::npos ? 0 : 1);
    if (++number_ == 1 && line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
  }
  return false;
}

bool LineReader::Refill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kPieceBytes);
  const std::size_t got = input_->Read(buffer_.data() + size, kPieceBytes);
  buffer_.resize(size + got);
  if (got == 0 && !input_->trouble().empty()) Stop(0, input_->trouble());
  return got > 0;
}

void LineReader::Refuse(std::uint64_t number, std::string message) {
  Add({name_, LineOf(number), 1, "", std::move(message)});
}

void LineReader::Refuse(std::vector<Problem> found) {
  for (Problem& problem : found) {
    problem.source = name_;
    problem.line = LineOf(number_);
    Add(std::move(problem));
  }
}

void LineReader::Stop(std::uint64_t number, std::string message) {
  Refuse(number, std::move(message));
  stopped_ = true;
}

void LineReader::Add(Problem problem) {
  if (++found_ <= kMaxProblemsTold) problems_.push_back(std::move(problem));
  if (found_ >= kMaxProblemsFound) stopped_ = true;
}

void LineReader::Finish() {
  if (found_ <= kMaxProblemsTold) return;
  const std::size_t more = found_ - kMaxProblemsTold;
  problems_.push_back({name_, 0, 0, "",
                       std::string("and ") +
                           (found_ >= kMaxProblemsFound ? "at least " : "") +
                           std::to_string(more) +
                           (more == 1 ? " problem more" : " problems more")});
}

}  // namespace busyhour::internal
