#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/choice.h"
#include "base/distribution.h"
#include "base/stream.h"
#include "logs/directory.h"
#include "logs/record.h"
#include "scenario/call.h"

namespace busyhour {

/// What turning a call into records needs to know beside the call.
struct RecordRules {
  /// From a record's time to its delivery, by `LogType`.
  std::array<const Distribution*, kLogTypeCount> delivery{};
  const Distribution* usage_lag = nullptr;
  const Choice* client = nullptr;
  bool app_leg = true;
  bool recording_operations = true;
  /// Which logs are wanted; the others' records keep their sequence numbers.
  std::array<bool, kLogTypeCount> wanted = {true, true, true};
};

/// The records that one call leaves, as its logs add them.
class CallRecords {
 public:
  /// `key` is the call's stream key; records are appended to `out`.
  CallRecords(const Call& call, const RecordRules& rules, std::uint64_t key,
              std::uint32_t call_number, std::vector<Record>& out)
      : call_(call),
        rules_(rules),
        key_(key),
        call_number_(call_number),
        client_(Directory::ClientOf(key, *rules.client)),
        node_(Directory::NodeOf(key)),
        out_(out) {}

  const Call& call() const noexcept { return call_; }
  const RecordRules& rules() const noexcept { return rules_; }
  std::uint64_t key() const noexcept { return key_; }

  /// Adds a record of `log` with the fields that say which call and place it
  /// has and when it happens and is delivered; the caller sets the others. Of a
  /// log that is not wanted nothing comes of them.
  Record& Add(LogType log, bool connected, std::uint32_t time_ms) noexcept {
    const auto index = static_cast<std::size_t>(log);
    const std::uint16_t sequence = sequence_++;
    if (!rules_.wanted[index]) return unwanted_;
    Record& record = out_.emplace_back();
    record.packed = Record::Pack(call_.key, log, connected);
    record.call_number = call_number_;
    record.time_ms = time_ms;
    record.delivery_ms =
        time_ms + static_cast<std::uint32_t>((*rules_.delivery[index])(
                      Draw(key_, Purpose::kDeliveryDelay, sequence)));
    record.sequence = sequence;
    record.client = client_;
    // An outbound call has no id before it is accepted; an inbound call comes
    // with one.
    record.node = connected || call_.inbound ? node_ : kNoNode;
    return record;
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
  Record unwanted_;
};

/// The three logs' parts. Their order is that of sequence numbers: a new log
/// comes last.
void AddOperational(CallRecords& records) noexcept;
void AddMediaSummary(CallRecords& records) noexcept;
void AddUsage(CallRecords& records) noexcept;

/// All records that a call leaves, appended to `out`.
inline void AppendRecords(const Call& call, const RecordRules& rules,
                          std::uint64_t key, std::uint32_t call_number,
                          std::vector<Record>& out) noexcept {
  CallRecords records(call, rules, key, call_number, out);
  AddOperational(records);
  AddMediaSummary(records);
  AddUsage(records);
}

}  // namespace busyhour
