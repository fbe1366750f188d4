#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/version.h"

namespace busyhour {

/// What a job simulates: traffic, call flows, failures, incidents and
/// resources. docs/profile.md has every key.
///
///   const busyhour::Profile profile("contact-center");
///   std::cout << profile.name();  // contact-center
///
/// A profile never changes, and copies share its content: any number of threads
/// may use one. Functions that read one throw `InputError` with all its
/// problems.
class Profile {
 public:
  /// The shipped profile `quickstart`.
  ///
  ///   std::cout << busyhour::Profile().name();  // quickstart
  Profile();

  /// A shipped profile by its name, or else a file by its path.
  ///
  ///   try {
  ///     busyhour::Profile("contact-centre");
  ///   } catch (const busyhour::InputError& error) {
  ///     std::cout << error.problems().size();  // 1
  ///   }
  ///
  /// Not explicit, so that a name stands for its profile:
  ///
  ///   const busyhour::Job job({.profile = "voice-bot", .calls = 10});
  ///   std::cout << job.profile().name();  // voice-bot
  Profile(const std::string& name_or_path);  // NOLINT(*-explicit-*)
  Profile(const char* name_or_path);         // NOLINT(*-explicit-*)

  /// A profile from JSON with comments. `name` is its name, and stands for a
  /// file in problems.
  ///
  ///   const auto profile = busyhour::Profile::FromText(
  ///       R"({"extends": "quickstart", "description": "My calls."})", "mine");
  ///   std::cout << profile.name();  // mine
  static Profile FromText(std::string_view json,
                          const std::string& name = "profile");

  /// The names of the shipped profiles.
  ///
  ///   std::cout << busyhour::Profile::Shipped().front();  // quickstart
  static std::vector<std::string> Shipped();

  /// The profile with another value, as `--set KEY=VALUE` changes it: the key
  /// is a path with dots, the value is JSON or else a string.
  ///
  ///   const auto busy = busyhour::Profile().With("traffic.rate", "50/s");
  ///   std::cout << (busy.Json().find("50/s") != std::string::npos);  // 1
  Profile With(std::string_view key, std::string_view value) const;

  /// The profile without an incident, by its name, or without any, for `all`.
  ///
  ///   const busyhour::Profile outage("contact-center-outage");
  ///   std::cout << outage.Without("all").name();  // contact-center-outage
  Profile Without(const std::string& incident) const;

  const std::string& name() const noexcept;

  /// The profile as JSON that reads to an equal one, with every key that
  /// applies.
  ///
  ///   std::cout << busyhour::Profile().Json().front();  // {
  std::string Json() const;

 private:
  friend class JobData;
  struct Data;
  explicit Profile(std::shared_ptr<const Data> data);

  std::shared_ptr<const Data> data_;
};

}  // namespace busyhour
