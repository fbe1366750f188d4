#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "logs/cast.h"
#include "logs/record.h"
#include "run/job.h"

namespace busyhour {

/// How a receiver wants records put together into messages.
enum class Envelope : std::uint8_t {
  kLines,     ///< one record a line
  kOctets,    ///< `<length> <record>`, as RFC 6587 counts octets
  kRecord,    ///< a record as it is, without a line end
  kArray,     ///< one JSON array
  kEventHub,  ///< `{"records":[...]}`
  kElastic,   ///< bulk requests, two lines a record
  kSplunk,    ///< HTTP Event Collector, one event after the other
  kLoki,      ///< a push request
  kOtlp,      ///< OTLP logs as JSON
};

struct EnvelopeInfo {
  Envelope envelope;
  /// The word for it in settings.
  std::string_view name;
  /// Of an HTTP request that holds it.
  std::string_view content_type;
  std::string_view meaning;
};
inline constexpr std::size_t kEnvelopeCount = 9;
/// Indexed by `Envelope`.
std::span<const EnvelopeInfo, kEnvelopeCount> Envelopes();
inline const EnvelopeInfo& Info(Envelope envelope) {
  return Envelopes()[static_cast<std::size_t>(envelope)];
}

/// What stands against putting records with such faults into it, in words for a
/// person; empty when nothing does.
std::string Objection(Envelope envelope, const std::vector<FaultRule>& faults);

/// Puts records into messages, one message at a time.
class Wrapper {
 public:
  /// `syslog`: a header of RFC 5424 before each record. `directory` must
  /// outlive it.
  Wrapper(Envelope envelope, bool syslog, const Cast& cast);

  /// Begins a message at the end of `bytes`.
  void Begin(std::string& bytes);
  /// Adds a record; `text` is without a line end. Returns where its piece
  /// begins: what `AddPiece` would put into any other message of the kind.
  std::size_t Add(const Record& record, std::string_view text,
                  std::string& bytes);
  /// Adds a piece that `Add` has made of a record of `log`. Returns where it
  /// begins.
  std::size_t AddPiece(LogType log, std::string_view piece, std::string& bytes);
  void End(std::string& bytes);
  /// The most that `End` adds.
  std::size_t end_bytes() const noexcept { return epilogue_.size() + 8; }

 private:
  // What stands between the last record and one of `log`.
  void Join(LogType log, std::string& bytes);

  Envelope envelope_;
  bool syslog_;
  const Cast& cast_;
  std::string prologue_;
  std::string epilogue_;
  bool first_ = true;  ///< whether the message has no record yet
  LogType last_log_ = LogType::kOperational;
  std::string wrapped_;  // space for a record with its header
};

}  // namespace busyhour
