#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "encode/reference.h"
#include "encode/sample.h"

namespace busyhour {

/// A record as a peer gets it: the object it is to write, and what that was
/// made from.
struct PeerRecord {
  sample::Json object;
  const Vocabulary* words;
  const sample::Call* call;
  const sample::Event* event;
  std::size_t index;  ///< among the records of the benchmark
};

/// Somebody else's way to write records, to compare ours with.
///
/// A peer may prepare what it likes from the records when it is made. So
/// libraries that write objects have them ready, with times and ids as text
/// already: what is measured is writing alone, in the peers' favour.
class Peer {
 public:
  virtual ~Peer() = default;

  /// The record as JSON without a line end; good until the next call.
  virtual std::string_view Write(std::size_t record) = 0;
};

/// How a peer is made. The records outlive it.
using MakePeer = std::unique_ptr<Peer> (*)(std::span<const PeerRecord> records);

/// nlohmann/json: `dump` of an `ordered_json`.
std::unique_ptr<Peer> MakeNlohmannPeer(std::span<const PeerRecord> records);

/// RapidJSON: its `Writer`, value by value, into a buffer that is kept.
std::unique_ptr<Peer> MakeRapidJsonPeer(std::span<const PeerRecord> records);

/// Boost.JSON: its `serializer` on a `value`, into a buffer that is kept. It
/// writes every fraction with an exponent, so it has no records with fractions.
std::unique_ptr<Peer> MakeBoostJsonPeer(std::span<const PeerRecord> records);

/// fmt with a format string compiled by `FMT_COMPILE`, for operational records
/// as resource logs only. The first has all values as text already; the second
/// formats times, addresses and ids itself, as our encoder does.
std::unique_ptr<Peer> MakeFmtTextPeer(std::span<const PeerRecord> records);
std::unique_ptr<Peer> MakeFmtValuePeer(std::span<const PeerRecord> records);

}  // namespace busyhour
