#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "logs/field.h"

namespace busyhour {

/// What a field's text depends on.
enum class Selector : std::uint8_t {
  kRun,           ///< nothing: the same in all records of a log
  kCall,          ///< the call: see `CallFacts`
  kCorrelation,   ///< the call and how often its correlation id has changed
  kOperation,     ///< `Record::operation`
  kResult,        ///< `Record::result`
  kSubOperation,  ///< `Record::sub_operation`
  kFlags,         ///< `Record::flags`
  kRecord,        ///< the record itself: times, ids, amounts
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
  std::string_view type;
  int code = 0;
  int subcode = 0;
  std::string_view message;
  std::string_view level;
};

/// The longest texts that any call of a run has, in bytes. Room is settled by
/// them, so none may be exceeded.
struct CallTextLimits {
  std::uint16_t api_version = 32;
  std::uint16_t sdk_type = 32;
  std::uint16_t sdk_version = 32;
  std::uint16_t server_call_id = 264;
};

/// Every text that a record may hold and that does not follow from its call: a
/// record names them by index. All are free of characters that JSON or CSV
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
  std::vector<std::string> user_b;  ///< by `ParticipantKind`
  CallTextLimits call_texts;

  /// How many texts `selector` chooses among, for the table selectors.
  std::size_t Count(Selector selector, LogType log) const;
  /// The text of a field whose selector is `kRun` or one of the tables. Of
  /// `kUserIdA` the prefix.
  std::string Text(Field field, LogType log, std::size_t index) const;
};

/// What is constant in a call and stands in its records. Free of characters
/// that would have to be escaped, like all texts.
struct CallFacts {
  std::string_view api_version;
  std::string_view sdk_type;
  std::string_view sdk_version;
  std::uint32_t caller_ip = 0;  ///< IPv4, first octet highest
  Guid connection;
  bool connected = false;  ///< else `CallConnectionId` is empty
  /// Standard Base64; may be empty.
  std::array<char, 264> server_call_id;
  std::uint16_t server_call_id_bytes = 0;
};

}  // namespace busyhour
