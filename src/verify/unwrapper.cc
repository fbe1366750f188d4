#include "verify/unwrapper.h"

#include <algorithm>
#include <string_view>

#include "verify/arrival.h"
#include "verify/record_reader.h"

namespace busyhour {

Unwrapper::Unwrapper(Shape preferred, const VerifyOptions& options)
    : options_(options), detector_(preferred, options.strict) {}

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
  if (detected) return &detected;
  for (const ReceivedRecord::Value& value : record->values) {
    if (value.kind != ValueKind::kText || !value.text.starts_with('{') ||
        !unwrap_text(value.text)) {
      continue;
    }
    const std::optional<Detected>& inner = detector_.Detect(inner_);
    if (!inner) continue;
    record = &inner_;
    return &inner;
  }
  return &detector_.Detect(*record);
}

}  // namespace busyhour
