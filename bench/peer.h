#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "encode/reference.h"
#include "encode/sample.h"

namespace busyhour::internal {

/// A record for a peer: the object to write, and the data it was made from.
struct PeerRecord {
  sample::Json object;
  const Vocabulary* words;
  const sample::Call* call;
  const sample::Event* event;
  std::size_t index;  ///< index in the records of the benchmark
};

/// Another library's way to write records, for comparison with the encoder.
///
/// The constructor of a peer may prepare anything from the records. So peers
/// that write objects build them in advance, with times and ids as text. Only
/// writing is measured, in favour of the peers.
class Peer {
 public:
  virtual ~Peer() = default;

  /// The record as JSON without a line end; valid until the next call.
  virtual std::string_view Write(std::size_t record) = 0;
};

/// Creates a peer. The records outlive it.
using MakePeer = std::unique_ptr<Peer> (*)(std::span<const PeerRecord> records);

/// nlohmann/json: `dump` of an `ordered_json`.
std::unique_ptr<Peer> MakeNlohmannPeer(std::span<const PeerRecord> records);

/// RapidJSON: its `Writer`, value by value, into a reused buffer.
std::unique_ptr<Peer> MakeRapidJsonPeer(std::span<const PeerRecord> records);

/// Boost.JSON: its `serializer` on a `value`, into a reused buffer. It writes
/// every fraction with an exponent, so it gets no records with fractions.
std::unique_ptr<Peer> MakeBoostJsonPeer(std::span<const PeerRecord> records);

/// fmt with a format string compiled by `FMT_COMPILE`, for operational records
/// as resource logs only. The first peer has all values as text; the second
/// formats times, addresses and ids itself, like our encoder.
std::unique_ptr<Peer> MakeFmtTextPeer(std::span<const PeerRecord> records);
std::unique_ptr<Peer> MakeFmtValuePeer(std::span<const PeerRecord> records);

}  // namespace busyhour::internal
