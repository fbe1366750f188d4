#pragma once

#include <cstdint>
#include <vector>

#include "base/choice.h"
#include "base/stream.h"
#include "base/time.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// The servers of the application: which of them makes the requests of a call,
/// and which version each runs at a time. Both are functions of the profile,
/// the call's stream key and its slot.
///
/// The `clients` of the profile are divided among the servers so that their
/// shares of the calls come as near to their weights as whole servers can; each
/// client with a weight has a server if there are enough. Roll-outs then change
/// the versions.
///
/// Constant after construction: any number of threads may share it.
class Servers {
 public:
  explicit Servers(const Profile& profile);

  /// The server, from 0, that makes the requests of a call.
  std::uint8_t ServerOf(std::uint64_t stream_key,
                        std::uint64_t slot) const noexcept {
    std::uint32_t server = choice_(Draw(stream_key, Purpose::kServer));
    // While a server restarts, others take its calls.
    for (std::uint64_t again = 1; IsRestarting(server, slot) && again < kTries;
         ++again) {
      server = choice_(Draw(stream_key, Purpose::kServer, again));
    }
    return static_cast<std::uint8_t>(server);
  }

  /// The index in `Profile::clients` of the version that a server runs in a
  /// slot.
  std::uint8_t ClientAt(std::uint8_t server,
                        std::uint64_t slot) const noexcept {
    std::uint8_t client = versions_[server];
    for (const Change& change : changes_[server]) {
      if (change.slot <= slot) client = change.client;
    }
    return client;
  }

  std::uint32_t count() const noexcept {
    return static_cast<std::uint32_t>(versions_.size());
  }

 private:
  static constexpr std::uint64_t kTries = 4;

  // A server's change of version in a roll-out.
  struct Change {
    std::uint64_t slot = 0;
    std::uint8_t client = 0;
  };

  bool IsRestarting(std::uint32_t server, std::uint64_t slot) const noexcept {
    return restart_takes_s_ > 0 &&
           (slot + phases_[server]) % restart_every_s_ < restart_takes_s_;
  }
  void AssignVersions(const std::vector<Client>& clients,
                      const std::vector<double>& weights);
  void AddChanges(const Profile& profile);

  Choice choice_;
  std::vector<std::uint8_t> versions_;  // by server, before all roll-outs
  // By server, in the order of their slots.
  std::vector<std::vector<Change>> changes_;
  std::vector<std::uint64_t> phases_;  // of restarts, by server
  std::uint64_t restart_every_s_ = 1;
  std::uint64_t restart_takes_s_ = 0;  // 0: no restarts
};

}  // namespace busyhour::internal
