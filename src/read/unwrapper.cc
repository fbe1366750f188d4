#include "read/unwrapper.h"

#include "read/input_window.h"
#include "read/json_pointer.h"

namespace busyhour {
namespace {

// Wrappers and messages have fewer column names than `kLeastNames`. Records
// have at least `kSurelyNames`, unless they were reduced to their ids.
constexpr int kLeastNames = 4;
constexpr int kSurelyNames = 9;

bool BeginsObject(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text.starts_with('{');
}

}  // namespace

Unwrapper::Unwrapper(Shape preferred, const ReadOptions& options)
    : options_(options), detector_(preferred) {}

void Unwrapper::Rename(ReceivedRecord& record) const {
  if (options_.names.renamed.empty()) return;
  for (ReceivedRecord::Value& value : record.values) {
    const auto at = options_.names.renamed.find(std::string(value.name));
    if (at != options_.names.renamed.end()) value.name = at->second;
  }
}

bool Unwrapper::IsRecord(const ReceivedRecord& record) {
  const DetectedLog* const log = Detect(record, 0);
  return log != nullptr && log->names >= kLeastNames;
}

Unwrapped Unwrapper::Unwrap(const ReceivedRecord& whole) {
  if (!options_.at.empty()) return UnwrapAt(whole);
  const DetectedLog* const log = Detect(whole);
  // A wrapper may have some column names, too. The object with more of them is
  // the record.
  const int names = log == nullptr ? 0 : log->names;
  if (names >= kSurelyNames) return {&whole, log};
  for (const ReceivedRecord::Value& value : whole.values) {
    if (value.kind != ValueKind::kText || !BeginsObject(value.text) ||
        !ParseText(value.text)) {
      continue;
    }
    const DetectedLog* const inner = Detect(inner_);
    if (inner != nullptr && inner->names > names) return {&inner_, inner};
  }
  return {&whole, Detect(whole)};
}

Unwrapped Unwrapper::UnwrapAt(const ReceivedRecord& whole) {
  if (const auto object = ObjectAt(whole, options_.at)) {
    return {&whole, Detect(whole, object)};
  }
  // The last name may refer to a text.
  for (const ReceivedRecord::Value& value : whole.values) {
    if (value.name == options_.at.back() && value.kind == ValueKind::kText &&
        ParseText(value.text)) {
      return {&inner_, Detect(inner_, 0)};
    }
  }
  return {};
}

// Parses a text that may contain an object into `inner_`.
bool Unwrapper::ParseText(std::string_view text) {
  text_.assign(text);
  text_.append(kTextPadding, ' ');
  std::string why;
  if (!parser_.ParseObject(std::string_view(text_).substr(0, text.size()),
                           inner_, why)) {
    return false;
  }
  Rename(inner_);
  return true;
}

// The result is valid until the next call.
const DetectedLog* Unwrapper::Detect(const ReceivedRecord& record,
                                     std::optional<int> object) {
  const std::optional<DetectedLog>& found = detector_.Detect(record, object);
  return found ? &*found : nullptr;
}

}  // namespace busyhour
