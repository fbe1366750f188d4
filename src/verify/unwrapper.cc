#include "verify/unwrapper.h"

#include <algorithm>
#include <string_view>

#include "verify/arrival.h"
#include "verify/record_reader.h"

namespace busyhour {
namespace {

// Wrappers and messages have fewer names of ours than the first, and records
// that nobody cut down to their ids have at least the second.
constexpr int kLeastNames = 4;
constexpr int kSurelyNames = 9;

bool BeginsObject(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text.starts_with('{');
}

}  // namespace

Unwrapper::Unwrapper(Shape preferred, const VerifyOptions& options)
    : options_(options), detector_(preferred) {}

void Unwrapper::Rename(ReceivedRecord& record) const {
  if (options_.names.renamed.empty()) return;
  for (ReceivedRecord::Value& value : record.values) {
    const auto at = options_.names.renamed.find(std::string(value.name));
    if (at != options_.names.renamed.end()) value.name = at->second;
  }
}

const std::optional<Detected>* Unwrapper::Unwrap(ReceivedRecord*& record) {
  const auto unwrap_text = [&](std::string_view text) {
    text_.assign(text);
    text_.append(kTextPadding, ' ');
    std::string why;
    if (!reader_.ReadObject(std::string_view(text_).substr(0, text.size()),
                            inner_, why)) {
      return false;
    }
    Rename(inner_);
    return true;
  };
  if (!options_.at.empty()) {
    if (const auto object = ObjectAt(*record, options_.at)) {
      return &detector_.Detect(*record, object);
    }
    // The last name may be that of a text.
    for (const ReceivedRecord::Value& value : record->values) {
      if (value.name == options_.at.back() && value.kind == ValueKind::kText &&
          unwrap_text(value.text)) {
        record = &inner_;
        return &detector_.Detect(inner_, 0);
      }
    }
    return nullptr;
  }
  const std::optional<Detected>& detected = detector_.Detect(*record);
  // A wrapper may have some names that are ours, too. What has the most is it.
  int names = detected ? detected->names : 0;
  if (names >= kSurelyNames) return &detected;
  for (const ReceivedRecord::Value& value : record->values) {
    if (value.kind != ValueKind::kText || !BeginsObject(value.text) ||
        !unwrap_text(value.text)) {
      continue;
    }
    const std::optional<Detected>& inner = detector_.Detect(inner_);
    if (!inner || inner->names <= names) continue;
    record = &inner_;
    return &inner;
  }
  return &detector_.Detect(*record);
}

bool Unwrapper::IsRecord(const ReceivedRecord& record) {
  const std::optional<Detected>& detected = detector_.Detect(record, 0);
  return detected && detected->names >= kLeastNames;
}

}  // namespace busyhour
