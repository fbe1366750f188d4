#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "catalog/outcomes.h"
#include "logs/record.h"

namespace busyhour {

/// One way a request can be answered.
struct RequestResult {
  std::string_view type;  ///< `Succeeded` or `Failed`
  int status = 200;
  std::string_view level;
};

/// One way a play or recognize can end.
struct MediaResult {
  ResultType type = ResultType::kCompleted;
  int code = 0;
  int subcode = 0;
  std::string_view message;
  std::string_view level;
};

/// What an application makes its requests with.
struct ClientWords {
  std::string sdk_type;
  std::string sdk_version;
  std::string api_version;
};

/// The node of a record that has no server call id.
inline constexpr std::uint8_t kNoNode = kNodeCount;

/// Every text that a record may hold and that is shared by many calls: a record
/// names them by index. All are free of characters that JSON or CSV
/// would have to escape.
struct Vocabulary {
  std::string resource_id;        ///< upper case
  std::string table_resource_id;  ///< lower case
  std::string subscription_id;
  std::string workspace_id;
  std::string host;  ///< `URI`
  std::string usage_operation_name;
  std::string usage_operation_version;
  std::string usage_unit;
  /// A quantity is connected time rounded up to a multiple of this.
  std::uint32_t usage_granularity_ms = 1;
  std::vector<std::string> operations;  ///< by `Operation`
  std::vector<RequestResult> requests;  ///< by `Statuses()`
  std::vector<MediaResult> media;       ///< by `Outcome`
  std::vector<std::string>
      sub_operations;  ///< a `Source`, or an `Input` behind those
  std::vector<std::string> prompt_sources;  ///< by `Source`
  std::vector<std::string> usage_types;     ///< by `ParticipantKind`
  /// By `ParticipantKind`: what stands before the number or user id in a raw
  /// participant id; the application's is whole.
  std::vector<std::string> user_prefixes;
  std::vector<std::string> user_b;   ///< by `ParticipantKind`
  std::vector<ClientWords> clients;  ///< of the profile
  /// By node: what all server call ids of a node begin with. That of
  /// `kNoNode` is empty.
  std::vector<std::string> server_call_heads;
};

/// What no other call has, and all records of a call have alike. Free of
/// characters that would have to be escaped, like all texts.
struct CallFacts {
  std::uint32_t caller_ip = 0;  ///< IPv4, first octet highest
  Guid connection;
  /// What follows the head of the server call id, in Base64.
  std::array<char, 84> server_call_tail;
  std::uint8_t server_call_tail_bytes = 0;
};

}  // namespace busyhour
