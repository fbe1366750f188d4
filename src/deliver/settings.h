#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "busyhour/error.h"

namespace busyhour::internal {

/// Limits of settings that several sinks share.
inline constexpr std::uint64_t kMostConnections = 256;
inline constexpr std::int64_t kMostTimeoutMs = 10 * 60 * 1000;

/// A setting that a sink has.
struct SettingInfo {
  /// Its name; `header.` if names begin with it, and the user adds the rest.
  std::string name;
  /// Its possible values; empty if they are not fixed words.
  std::vector<std::string_view> words = {};
};

/// The settings of a sink as given by the user, `name=value` each, and the
/// problems found in them. A sink reads the settings that it has; a setting
/// that was not read is a problem.
class Settings {
 public:
  /// `words` are the values of option `--with`.
  Settings(const std::vector<std::string>& words,
           std::vector<Problem>& problems);

  std::string Text(const std::string& name, const std::string& fallback);
  /// The index of the value in `words`.
  std::size_t Word(const std::string& name,
                   std::span<const std::string_view> words,
                   std::size_t fallback);
  std::uint64_t Count(const std::string& name, std::uint64_t fallback,
                      std::uint64_t least, std::uint64_t most);
  std::uint64_t Size(const std::string& name, std::uint64_t fallback,
                     std::uint64_t least, std::uint64_t most);
  std::int64_t DurationMs(const std::string& name, std::int64_t fallback,
                          std::int64_t least, std::int64_t most);
  /// The value of the environment variable that setting `name` names; empty if
  /// the setting is not given. A variable that is unset or empty is a problem.
  std::string Secret(const std::string& name);
  /// All settings whose names begin with `prefix`, without it.
  std::vector<std::pair<std::string, std::string>> WithPrefix(
      const std::string& prefix);
  bool Has(const std::string& name) const { return given_.count(name) > 0; }

  /// Adds a problem with setting `name`.
  void Refuse(const std::string& name, std::string message);
  /// Adds a problem with the receiver's address.
  void RefuseTarget(std::string message);
  /// Adds a problem for each setting that was not read.
  void RefuseOthers();
  /// The settings that were read, given or not.
  const std::vector<SettingInfo>& read() const noexcept { return read_; }

 private:
  const std::string* Find(const std::string& name,
                          std::span<const std::string_view> words = {});
  bool IsRead(std::string_view name) const;

  std::vector<Problem>& problems_;
  std::map<std::string, std::string> given_;
  std::vector<SettingInfo> read_;
};

}  // namespace busyhour::internal
