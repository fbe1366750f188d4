#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "catalog/outcomes.h"
#include "logs/field.h"

namespace busyhour {

/// What a field's text depends on.
enum class Selector : std::uint8_t {
  kRun,           ///< nothing: the same in all records of a log
  kClient,        ///< `Record::client`
  kNode,          ///< `Record::node`
  kOperation,     ///< `Record::operation`
  kResult,        ///< `Record::result`
  kSubOperation,  ///< `Record::sub_operation`
  kFlags,         ///< `Record::flags`
  kRecord,        ///< the record or its call: times, ids, amounts, addresses
};

/// What decides the text of `field` in a record of `log`.
Selector SelectorOf(Field field, LogType log);

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

/// Every text that a record may hold and that is shared by many calls: a record
/// names them by index. All are free of characters that JSON or CSV
/// would have to escape.
struct Vocabulary {
  std::string category_of[kLogTypeCount];
  std::string table_of[kLogTypeCount];
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
  std::vector<std::string> operations;      ///< by `Operation`
  std::vector<RequestResult> requests;      ///< by `Record::result`
  std::vector<MediaResult> media;           ///< by `Outcome`
  std::vector<std::string> sub_operations;  ///< by `SubOperation`
  std::vector<std::string> prompt_sources;  ///< by `Source`
  std::vector<std::string> usage_types;     ///< by `ParticipantKind`
  /// By `ParticipantKind`: what stands before the number or user id in a raw
  /// participant id; the application's is whole.
  std::vector<std::string> user_prefixes;
  std::vector<std::string> user_b;   ///< by `ParticipantKind`
  std::vector<ClientWords> clients;  ///< by `Record::client`
  /// By `Record::node`: what all server call ids of a node begin with. That of
  /// `kNoNode` is empty.
  std::vector<std::string> server_call_heads;

  /// How many texts `selector` chooses among, for the table selectors.
  std::size_t Count(Selector selector, LogType log) const;
  /// The text of a field whose selector is not `kRecord`. Of `kServerCallId`
  /// the head, and of `kUserIdA`, which has none of its own, the prefix.
  std::string Text(Field field, LogType log, std::size_t index) const;
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
