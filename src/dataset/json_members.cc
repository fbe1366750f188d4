#include "dataset/json_members.h"

#include <utility>

#include "base/units.h"

namespace busyhour::internal {

using Json = nlohmann::json;

JsonMembers::JsonMembers(const Json& json, std::string pointer,
                         const AddProblem& add)
    : json_(json), pointer_(std::move(pointer)), add_(add) {
  if (!json_.is_object()) add_(pointer_, "is not an object");
}

std::uint64_t JsonMembers::Count(const char* name, std::uint64_t most) const {
  const Json* const value = Find(name);
  if (value == nullptr) return 0;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= most) {
    return value->get<std::uint64_t>();
  }
  Refuse(name, value->dump() + " is not a whole number from 0 to " +
                   FormatCount(most));
  return 0;
}

double JsonMembers::Number(const char* name) const {
  const Json* const value = Find(name);
  if (value == nullptr) return 0;
  if (value->is_number() && value->get<double>() >= 0) {
    return value->get<double>();
  }
  Refuse(name, value->dump() + " is not a number of 0 or more");
  return 0;
}

std::string JsonMembers::Text(const char* name) const {
  const Json* const value = Find(name);
  if (value == nullptr) return "";
  if (value->is_string()) return value->get<std::string>();
  Refuse(name, "is not text");
  return "";
}

bool JsonMembers::Flag(const char* name) const {
  const Json* const value = Find(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  Refuse(name, "is neither true nor false");
  return false;
}

std::int64_t JsonMembers::Period(const char* name) const {
  const Json* const value = Find(name);
  if (value == nullptr || *value == Json(-1)) return -1;
  return static_cast<std::int64_t>(Count(name));
}

const Json& JsonMembers::Array(const char* name) const {
  return Structured(name, Json::value_t::array, "is not an array");
}

const Json& JsonMembers::Object(const char* name) const {
  return Structured(name, Json::value_t::object, "is not an object");
}

const Json* JsonMembers::Find(const char* name) const {
  if (!json_.is_object()) return nullptr;
  const auto at = json_.find(name);
  if (at != json_.end()) return &*at;
  Refuse(name, "is missing");
  return nullptr;
}

const Json& JsonMembers::Structured(const char* name, Json::value_t type,
                                    const char* objection) const {
  static const Json kArray = Json::array();
  static const Json kObject = Json::object();
  const Json* const value = Find(name);
  if (value != nullptr && value->type() == type) return *value;
  if (value != nullptr) Refuse(name, objection);
  return type == Json::value_t::array ? kArray : kObject;
}

}  // namespace busyhour::internal
