#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace busyhour::internal {

/// Takes a JSON Pointer and the error message for it.
using AddProblem =
    std::function<void(const std::string& pointer, std::string message)>;

/// Typed access to the members of a JSON object. A missing member, or one of
/// another type, is a problem and gives an empty value.
class JsonMembers {
 public:
  /// The limit of a count: with it, sums of all counts stay within 64 bits.
  static constexpr std::uint64_t kMostCount = std::uint64_t{1} << 48;

  /// `pointer` is the object's JSON Pointer; `json` and `add` must outlive
  /// this.
  JsonMembers(const nlohmann::json& json, std::string pointer,
              const AddProblem& add);

  bool Has(const char* name) const { return json_.contains(name); }
  /// Whether it has this member, and an array as its value.
  bool HasArray(const char* name) const {
    return Has(name) && json_[name].is_array();
  }
  void Refuse(const char* name, std::string message) const {
    add_(pointer_ + '/' + name, std::move(message));
  }

  std::uint64_t Count(const char* name, std::uint64_t most = kMostCount) const;
  /// A number that is not negative.
  double Number(const char* name) const;
  std::string Text(const char* name) const;
  bool Flag(const char* name) const;
  /// The number of a period since 1970; -1 if there is none.
  std::int64_t Period(const char* name) const;
  const nlohmann::json& Array(const char* name) const;
  const nlohmann::json& Object(const char* name) const;

 private:
  const nlohmann::json* Find(const char* name) const;
  const nlohmann::json& Structured(const char* name,
                                   nlohmann::json::value_t type,
                                   const char* objection) const;

  const nlohmann::json& json_;
  const std::string pointer_;
  const AddProblem& add_;
};

}  // namespace busyhour::internal
