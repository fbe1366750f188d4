#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace busyhour {

/// Takes what is wrong at a JSON Pointer.
using AddProblem =
    std::function<void(const std::string& pointer, std::string message)>;

/// The members of a JSON object, each of the type that is asked for. What is
/// not there, or of another type, is a problem, and a value of nothing comes
/// back.
class JsonMembers {
 public:
  /// Sums of as many as there are stay within 64 bits.
  static constexpr std::uint64_t kMostCount = std::uint64_t{1} << 48;

  /// `pointer` is that of the object; `json` and `add` outlive this.
  JsonMembers(const nlohmann::json& json, std::string pointer,
              const AddProblem& add);

  bool Has(const char* name) const { return json_.contains(name); }
  void Refuse(const char* name, std::string message) const {
    add_(pointer_ + '/' + name, std::move(message));
  }

  std::uint64_t Count(const char* name, std::uint64_t most = kMostCount) const;
  std::string Text(const char* name) const;
  bool Flag(const char* name) const;
  /// An hour since 1970, or -1 for none.
  std::int64_t Hour(const char* name) const;
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

}  // namespace busyhour
