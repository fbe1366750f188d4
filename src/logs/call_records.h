#pragma once

#include <cstdint>
#include <vector>

#include "base/choice.h"
#include "base/distribution.h"
#include "base/stream.h"
#include "logs/cast.h"
#include "logs/log.h"
#include "scenario/call.h"

namespace busyhour {

/// Parameters for converting a call to records.
struct RecordRules {
  /// Time from a record to its delivery.
  PerLog<const Distribution*> delivery{};
  const Distribution* usage_lag = nullptr;
  const Distribution* streaming_lag = nullptr;
  const Choice* client = nullptr;
  bool app_leg = true;
  bool recording_operations = true;
  /// The requested logs; the records of the others keep their sequence numbers.
  LogSet wanted = LogSet::All();
};

/// Collects the records of one call.
class CallRecords {
 public:
  /// `key` is the call's stream key; records are appended to `out`.
  CallRecords(const Call& call, const RecordRules& rules, std::uint64_t key,
              std::uint32_t call_number, std::vector<Record>& out)
      : call_(call),
        rules_(rules),
        key_(key),
        call_number_(call_number),
        client_(Cast::ClientOf(key, *rules.client)),
        node_(Cast::NodeOf(key)),
        out_(out) {}

  const Call& call() const noexcept { return call_; }
  const RecordRules& rules() const noexcept { return rules_; }
  std::uint64_t key() const noexcept { return key_; }
  /// The profile's client that makes the call's requests, and the node that
  /// carries the call.
  std::uint8_t client() const noexcept { return client_; }
  std::uint8_t node() const noexcept { return node_; }

  /// Adds a record of `log` with its header; the caller sets the payload. Null
  /// if the log is not requested.
  Record* Add(LogType log, bool connected, std::uint32_t time_ms,
              std::uint8_t correlation_epoch) noexcept {
    const std::uint16_t sequence = sequence_++;
    if (!rules_.wanted.Has(log)) return nullptr;
    Record& record = out_.emplace_back();
    record.key = RecordKey(call_.key, log);
    record.call_number = call_number_;
    record.time_ms = time_ms;
    record.delivery_ms =
        time_ms + static_cast<std::uint32_t>((*rules_.delivery[log])(
                      Draw(key_, Purpose::kDeliveryDelay, sequence)));
    record.sequence = sequence;
    record.correlation_epoch = correlation_epoch;
    record.marks = connected ? Record::kConnected : 0;
    return &record;
  }

 private:
  const Call& call_;
  const RecordRules& rules_;
  const std::uint64_t key_;
  const std::uint32_t call_number_;
  const std::uint8_t client_;
  const std::uint8_t node_;
  std::vector<Record>& out_;
  std::uint16_t sequence_ = 0;
};

/// Appends the records of a call in all logs to `out`.
inline void AppendRecords(const Call& call, const RecordRules& rules,
                          std::uint64_t key, std::uint32_t call_number,
                          std::vector<Record>& out) noexcept {
  CallRecords records(call, rules, key, call_number, out);
  for (const LogType log : kLogTypes) DescriptorOf(log).add(records);
}

}  // namespace busyhour
