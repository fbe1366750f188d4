#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/stream.h"
#include "logs/cast.h"
#include "logs/log.h"
#include "logs/vocabulary.h"
#include "scenario/call.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// Collects the records of one call.
class CallRecords {
 public:
  /// `key` is the call's stream key; records are appended to `out`. Only those
  /// of the logs in `wanted` are collected; the others keep their sequence
  /// numbers.
  CallRecords(const Call& call, const Plan& plan, LogSet wanted,
              std::uint64_t key, std::uint32_t call_number,
              std::vector<Record>& out)
      : call_(call),
        plan_(plan),
        wanted_(wanted),
        key_(key),
        delays_(key, Purpose::kDeliveryDelay),
        record_key_(call.key, LogType{}),
        place_(Record::PlaceOf(call.key.resource, call_number)),
        node_(Cast::NodeOf(plan, call.key, key)),
        out_(out) {}

  const Call& call() const noexcept { return call_; }
  const Plan& plan() const noexcept { return plan_; }
  std::uint64_t key() const noexcept { return key_; }
  /// The profile's client that makes the call's requests.
  std::uint8_t client() const noexcept { return call_.scope.client; }
  /// The node in a request's server call id, or `kNoNode`. An outbound call has
  /// no id before it is accepted; an inbound call always has one.
  std::uint8_t NodeOf(const Request& request) const noexcept {
    return request.connected || call_.inbound ? node_ : kNoNode;
  }

  /// Adds a record of `log` with its header; the caller sets the payload. Null
  /// if the log is not requested.
  Record* Add(LogType log, bool connected, std::uint32_t time_ms,
              std::uint8_t correlation_epoch) noexcept {
    const std::uint16_t sequence = sequence_++;
    if (!wanted_.Has(log)) {
      delays_.Skip();
      return nullptr;
    }
    Record& record = out_.emplace_back();
    record.key = record_key_.In(log);
    record.place = place_;
    record.time_ms = time_ms;
    record.delivery_ms =
        time_ms + static_cast<std::uint32_t>((*plan_.delivery[log])(delays_()));
    record.sequence = sequence;
    record.correlation_epoch = correlation_epoch;
    record.marks = connected ? Record::kConnected : 0;
    return &record;
  }

 private:
  const Call& call_;
  const Plan& plan_;
  const LogSet wanted_;
  const std::uint64_t key_;
  Stream delays_;  // by sequence
  const RecordKey record_key_;
  const std::uint32_t place_;
  const std::uint8_t node_;
  std::vector<Record>& out_;
  std::uint16_t sequence_ = 0;
};

/// Appends the records of a call in the requested logs to `out`.
inline void AppendRecords(const Call& call, const Plan& plan, LogSet wanted,
                          std::uint64_t key, std::uint32_t call_number,
                          std::vector<Record>& out) noexcept {
  CallRecords records(call, plan, wanted, key, call_number, out);
  const std::size_t end = wanted.end_index();
  for (std::size_t i = 0; i < end; ++i) {
    DescriptorOf(kLogTypes[i]).add(records);
  }
}

}  // namespace busyhour::internal
