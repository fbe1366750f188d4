#include "interface/record_labels.h"

#include <functional>
#include <string_view>

#include "twins/incident_labels.h"
#include "twins/label_form.h"

namespace busyhour {
namespace {

void Append(std::string_view name, std::string& names) {
  if (!names.empty()) names += ", ";
  names += name;
}

}  // namespace

RecordLabels::RecordLabels(const JobData& data, const internal::Job& job,
                           LogType log) {
  internal::ForEachLabel(JobData::EngineProfile(data.profile), job,
                         [&](const internal::Label& label) {
                           const internal::TouchedRecord& touched =
                               label.touched;
                           // A suppressed record is not in the run, but another
                           // one can have its place.
                           if (touched.record.log() != log ||
                               touched.touch == internal::Touch::kSuppressed) {
                             return;
                           }
                           RecordLabel& to = labels_[KeyOf(touched.record)];
                           Append(label.effect.name, to.incidents);
                           Append(internal::EffectNameOf(label), to.effects);
                         });
}

const RecordLabel& RecordLabels::Of(const internal::Record& record) const {
  static const RecordLabel kNone;
  const auto found = labels_.find(KeyOf(record));
  return found == labels_.end() ? kNone : found->second;
}

RecordLabels::Key RecordLabels::KeyOf(const internal::Record& record) noexcept {
  return {record.key.call_bits(),
          std::uint64_t{record.resource()} << 17 |
              std::uint64_t{record.sequence} << 1 |
              static_cast<std::uint64_t>(record.is_copy())};
}

std::size_t RecordLabels::Hash::operator()(const Key& key) const noexcept {
  return std::hash<std::uint64_t>()(key.call * 0x9E37'79B9'7F4A'7C15 +
                                    key.place);
}

}  // namespace busyhour
