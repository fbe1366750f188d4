#include "busyhour/profile.h"

#include <utility>

#include "interface/job_data.h"
#include "profile/changes.h"
#include "profile/load.h"

namespace busyhour {
Profile::Profile() : Profile("quickstart") {}

Profile::Profile(const std::string& name_or_path)
    : Profile(JobData::ProfileOf(internal::LoadProfile(name_or_path))) {}

Profile::Profile(const char* name_or_path)
    : Profile(std::string(name_or_path)) {}

Profile::Profile(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Profile Profile::FromText(std::string_view json, const std::string& name) {
  return JobData::ProfileOf(internal::ParseProfile(json, name, name));
}

std::vector<std::string> Profile::Shipped() {
  std::vector<std::string> names;
  for (const internal::BuiltinProfile& each : internal::BuiltinProfiles()) {
    names.emplace_back(each.name);
  }
  return names;
}

Profile Profile::With(std::string_view key, std::string_view value) const {
  std::string change(key);
  change.append("=").append(value);
  return JobData::ProfileOf(
      internal::ChangeProfile(data_->profile, {{std::move(change)}}, ""));
}

Profile Profile::Without(const std::string& incident) const {
  return JobData::ProfileOf(internal::ChangeProfile(
      data_->profile,
      internal::ChangesWithout(data_->profile.text, {{incident}}), ""));
}

const std::string& Profile::name() const noexcept {
  return data_->profile.name;
}

std::string Profile::Json() const {
  return internal::WriteProfile(data_->profile);
}

}  // namespace busyhour
