#include "measure/parser.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>

#include "base/units.h"
#include "catalog/outcomes.h"
#include "logs/field_names.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kSumFields[] = {"durationMs"};
constexpr std::string_view kFailuresFields[] = {"operationName", "resultType"};
constexpr int kOperationSlot = 0;
constexpr int kResultSlot = 1;
constexpr std::string_view kExtractFields[] = {"time", "correlationId",
                                               "operationId"};

constexpr TaskInfo kTaskInfos[] = {
    {Task::kCount, "count", "the number of records", {}},
    {Task::kSum, "sum", "the sum of durationMs over the records that have it",
     kSumFields},
    {Task::kFailures, "failures", "failed records, by operation",
     kFailuresFields},
    {Task::kExtract, "extract", "time, correlation id and operation id",
     kExtractFields},
    {Task::kAll, "all", "every name and value", {}},
};

// Some shapes write numbers as strings.
std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::uint64_t Word(const char* p) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// The last eight bytes, or all bytes if there are fewer.
std::uint64_t LastWord(std::string_view text) noexcept {
  if (text.size() >= sizeof(std::uint64_t)) {
    return Word(text.data() + text.size() - sizeof(std::uint64_t));
  }
  std::uint64_t word = 0;
  for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
  return word;
}

bool IsBlank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

void Compare(std::string_view what, std::uint64_t got, std::uint64_t right,
             std::string& text) {
  if (got == right) return;
  text += (text.empty() ? "" : ", ") + FormatCount(got) + ' ' +
          std::string(what) + ", not " + FormatCount(right);
}

void Compare(std::string_view what, const TextDigest& got,
             const TextDigest& right, std::string& text) {
  if (got == right) return;
  if (got.count != right.count) {
    Compare(what, got.count, right.count, text);
  } else if (got.bytes != right.bytes) {
    Compare(std::string(what) + "' bytes", got.bytes, right.bytes, text);
  } else {
    text += (text.empty() ? "other " : ", other ") + std::string(what);
  }
}

void CompareFailures(const Answer& answer, const Answer& truth,
                     std::string& text) {
  const auto count_of = [](const Answer& in, const std::string& operation) {
    const auto found = in.failures.find(operation);
    return found == in.failures.end() ? 0 : found->second;
  };
  for (const auto& [operation, count] : truth.failures) {
    Compare("failures of " + operation, count_of(answer, operation), count,
            text);
  }
  for (const auto& [operation, count] : answer.failures) {
    if (count_of(truth, operation) == 0) {
      Compare("failures of " + operation, count, 0, text);
    }
  }
}

}  // namespace

std::span<const TaskInfo, kTaskCount> Tasks() { return kTaskInfos; }

Question::Question(Task task, Frame frame, Shape shape, LogSet logs)
    : task_(task), frame_(frame) {
  const std::span<const std::string_view> fields = Info(task).fields;
  for (std::size_t slot = 0; slot < fields.size(); ++slot) {
    const PerLog<FieldSet> wanted = FieldsNamed(fields[slot]);
    for (const LogType log : logs) {
      for (const Column& column : Columns(log, shape)) {
        if (!wanted[log].Has(column.number)) continue;
        Add(column, static_cast<int>(slot));
      }
    }
  }
  if (is_rows() && logs.size() == 1) {
    std::vector<std::string> names;
    for (const Column& column : Columns(*logs.begin(), shape)) {
      names.emplace_back(column.name);
    }
    SetColumns(names);
  }
}

void Question::Add(const Column& column, int slot) {
  if (column.parent.empty()) {
    if (Find(column.name) == kNone) members_.push_back({column.name, slot});
    return;
  }
  if (Find(column.parent) == kNone) {
    members_.push_back({column.parent, kParent});
  }
  if (FindInside(column.name) == kNone) {
    inner_members_.push_back({column.name, slot});
  }
}

void Question::SetColumns(std::span<const std::string> names) {
  columns_.clear();
  for (const std::string& name : names) columns_.push_back(Find(name));
}

void TextDigest::Add(std::string_view text) noexcept {
  // An odd number with evenly spread bits: 2^64 divided by the golden ratio.
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;
  std::uint64_t hash = text.size();
  const char* p = text.data();
  std::size_t left = text.size();
  for (; left > sizeof hash; left -= sizeof hash, p += sizeof hash) {
    hash = std::rotl((hash ^ Word(p)) * kFactor, 29);
  }
  hash = (hash ^ LastWord(text)) * kFactor;
  ++count;
  bytes += text.size();
  checksum += hash ^ hash >> 32;
}

void TextDigest::AddLightly(std::string_view text) noexcept {
  ++count;
  bytes += text.size();
  checksum += LastWord(text);
}

void Collector::Text(int slot, std::string_view text) {
  switch (task_) {
    case Task::kSum:
      if (const auto value = ParseInteger(text)) AddDuration(*value);
      return;
    case Task::kFailures:
      if (slot == kOperationSlot) operation_ = text;
      if (slot == kResultSlot) {
        has_failed_ = text == ResultTypeName(ResultType::kFailed);
      }
      return;
    case Task::kExtract:
      counts_.extracted[static_cast<std::size_t>(slot)].Add(text);
      return;
    case Task::kCount:
    case Task::kAll:
      return;
  }
}

void Collector::AnyNumber(double value) noexcept {
  ++counts_.numbers;
  // Numbers are summed in millionths, because no column has more decimals.
  // Parsers may differ in the last bit of a number, so the offset ensures that
  // truncating to millionths gives the same result for all short numbers.
  constexpr double kMillion = 1e6;
  constexpr double kOffset = 0.3183098861;
  constexpr double kMost = 9e18;
  const double scaled = value * kMillion + kOffset;
  if (scaled > -kMost && scaled < kMost) {
    counts_.number_checksum +=
        static_cast<std::uint64_t>(static_cast<std::int64_t>(scaled));
  }
}

Answer Collector::Take() {
  Answer answer;
  answer.records = counts_.records;
  answer.undecodable = counts_.undecodable;
  answer.durations = counts_.durations;
  answer.duration_ms = static_cast<std::int64_t>(counts_.duration_ms);
  // Operations that occurred only in dropped documents have no failures.
  for (const auto& [operation, count] : failures_) {
    if (count > 0) answer.failures[operation] = count;
  }
  answer.extracted = counts_.extracted;
  answer.names = counts_.names;
  answer.texts = counts_.texts;
  answer.numbers = counts_.numbers;
  answer.number_checksum = counts_.number_checksum;
  answer.yes = counts_.yes;
  answer.no = counts_.no;
  answer.nulls = counts_.nulls;
  return answer;
}

bool Lines::Next(std::string_view& line) noexcept {
  while (!rest_.empty()) {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (!IsBlank(line)) return true;
  }
  return false;
}

std::string AnswerDifference(Task task, const Answer& answer,
                             const Answer& truth) {
  std::string text;
  Compare("lines", answer.lines, truth.lines, text);
  Compare("undecodable documents", answer.undecodable, truth.undecodable, text);
  Compare("records", answer.records, truth.records, text);
  switch (task) {
    case Task::kCount:
      break;
    case Task::kSum:
      Compare("durations", answer.durations, truth.durations, text);
      if (answer.duration_ms != truth.duration_ms) {
        text += (text.empty() ? "" : ", ") + std::string("a sum of ") +
                std::to_string(answer.duration_ms) + " ms, not " +
                std::to_string(truth.duration_ms);
      }
      break;
    case Task::kFailures:
      CompareFailures(answer, truth, text);
      break;
    case Task::kExtract:
      Compare("times", answer.extracted[0], truth.extracted[0], text);
      Compare("correlation ids", answer.extracted[1], truth.extracted[1], text);
      Compare("operation ids", answer.extracted[2], truth.extracted[2], text);
      break;
    case Task::kAll:
      Compare("names", answer.names, truth.names, text);
      Compare("texts", answer.texts, truth.texts, text);
      Compare("numbers", answer.numbers, truth.numbers, text);
      Compare("values that are true", answer.yes, truth.yes, text);
      Compare("values that are false", answer.no, truth.no, text);
      Compare("nulls", answer.nulls, truth.nulls, text);
      if (text.empty() && answer.number_checksum != truth.number_checksum) {
        text = "other numbers";
      }
      break;
  }
  return text;
}

}  // namespace busyhour::internal
