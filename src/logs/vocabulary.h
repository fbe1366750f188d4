#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "catalog/outcomes.h"
#include "logs/record.h"
#include "profile/profile.h"

namespace busyhour::internal {

/// A possible answer to a request.
struct RequestResult {
  std::string_view type;  ///< `Succeeded` or `Failed`
  int status = 200;
  std::string_view level;
};

/// A possible end of a play or recognize.
struct MediaResult {
  ResultType type = ResultType::kCompleted;
  int code = 0;
  int subcode = 0;
  std::string_view message;
  std::string_view level;
};

/// The SDK that makes an application's requests.
struct ClientWords {
  std::string sdk_type;
  std::string sdk_version;
  std::string api_version;
};

/// The node of a record without a server call id. Nodes of other regions than
/// the resource's have higher numbers.
inline constexpr std::uint8_t kNoNode = kNodeCount;

/// All texts that records of many calls share. Records refer to them by index.
/// They contain no characters that JSON or CSV must escape.
struct Vocabulary {
  /// The profile, for words that only one log has. Set, and outlives this.
  const Profile* profile = nullptr;
  std::string resource_id;        ///< upper case
  std::string table_resource_id;  ///< lower case
  std::string subscription_id;
  std::string workspace_id;
  std::string workspace_resource_id;  ///< lower case
  std::string tenant_id;
  std::string host;  ///< `URI`
  std::string usage_operation_name;
  std::string usage_operation_version;
  std::string usage_unit;
  std::string streaming_operation_name;
  /// A quantity is connected time rounded up to a multiple of this.
  std::uint32_t usage_granularity_ms = 1;
  std::vector<std::string> operations;  ///< by `Operation`
  std::vector<RequestResult> requests;  ///< by `Statuses()`
  std::vector<MediaResult> media;       ///< by `Outcome`
  std::vector<std::string>
      sub_operations;  ///< a `Source`, or an `Input` after those
  std::vector<std::string> prompt_sources;  ///< by `Source`
  std::vector<std::string> usage_types;     ///< by `ParticipantKind`
  /// By `ParticipantKind`: the text before the number or user id in a raw
  /// participant id; for the application, the complete id.
  std::vector<std::string> user_prefixes;
  std::vector<std::string> user_b;   ///< by `ParticipantKind`
  std::vector<ClientWords> clients;  ///< of the profile
  /// By node: the common start of all server call ids of the node. Empty for
  /// `kNoNode`.
  std::vector<std::string> server_call_heads;
};

/// The values that are unique to a call and shared by its records. They contain
/// no characters that must be escaped.
struct CallFacts {
  std::uint32_t caller_ip = 0;  ///< IPv4, first octet highest
  Guid connection;
  /// The rest of the server call id after its head, in Base64.
  std::array<char, 84> server_call_tail;
  /// The part of the tail that differs from call to call: up to 2 bytes of the
  /// URL's host, a token of 22 bytes, and what fills the last group of three
  /// bytes, in Base64.
  static constexpr std::size_t kOwnTailBytes = (2 + 22) / 3 * 4;
  std::uint8_t server_call_tail_bytes = 0;
};

}  // namespace busyhour::internal
