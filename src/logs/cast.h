#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "base/stream.h"
#include "base/zipf.h"
#include "catalog/operations.h"
#include "logs/log.h"
#include "logs/record.h"
#include "logs/vocabulary.h"
#include "scenario/participant_code.h"
#include "scenario/plan.h"

namespace busyhour::internal {

/// The participants and infrastructure of the calls: nodes, servers, clients,
/// participants, and their ids. Each is a function of the key and the call, so
/// it can be computed at any time.
///
/// Addresses are from documentation ranges (RFC 5737), telephone numbers from
/// ranges reserved for fiction (`PhoneNumber`).
class Cast {
 public:
  /// `plan` must outlive the cast. `run_key` is the key of all draws and ids.
  Cast(const Plan& plan, std::uint64_t run_key);

  const GuidCipher& cipher() const noexcept { return cipher_; }
  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }

  /// The result of a record, if its log counts results; otherwise completed.
  ResultType EndingOf(const Record& record) const noexcept {
    const EndingTable& table = endings_[record.log()];
    return table.of[record.ByteAt(table.at)];
  }

  /// The values that are unique to a call.
  CallFacts FactsOf(CallKey call) const noexcept;

  /// The facts of a call, for those of the next call of the same node, which
  /// has most of its server call id until the node starts again.
  struct NodeFacts {
    const Cast* cast = nullptr;
    std::uint32_t node = 0;
    std::uint64_t from_slot = 0;   ///< the first of the node's life
    std::uint64_t until_slot = 0;  ///< the first after it
    CallFacts facts;
  };
  /// Those of some nodes, of any casts.
  using RecentFacts = std::array<NodeFacts, 64>;
  /// The same as `FactsOf(call)`, faster for calls of recent nodes. Valid until
  /// the next call.
  const CallFacts& FactsOf(CallKey call, RecentFacts& recent) const noexcept;

  /// The endpoint that records a call: the first id in a `RecordingId`.
  Guid RecorderOf(CallKey call) const noexcept;

  /// The server call id of a call that has one: the head of its node and the
  /// tail of the call.
  std::string ServerCallIdOf(CallKey call) const;

  /// What an id identifies.
  struct Origin {
    /// Its name in messages: `OperationId`, `ServerCallId`, `user`.
    std::string_view what;
    /// Its call; nothing for an id that does not belong to a call.
    std::optional<CallKey> call;
  };
  /// Decodes GUIDs in text form, recording ids and server call ids; nothing for
  /// an id that was not made under this key. Does not check whether the call
  /// exists.
  std::optional<Origin> OriginOf(std::string_view id) const;

  /// The node that carries a call, for the call's stream key. Those of the
  /// resource's region have numbers below `kNodeCount`, those of other regions
  /// numbers above `kNoNode`.
  static std::uint8_t NodeOf(const Plan& plan, CallKey call,
                             std::uint64_t key) noexcept {
    const auto node = static_cast<std::uint32_t>(
        PickBelow(Draw(key, Purpose::kNode), kNodeCount));
    const std::uint32_t region = plan.conditions.RegionOf(call.slot, key);
    return static_cast<std::uint8_t>(
        region == 0 ? node : kNoNode + 1 + (region - 1) * kNodeCount + node);
  }
  /// The same, for a call of this cast.
  std::uint8_t NodeOf(CallKey call) const noexcept {
    return NodeOf(plan_, call, StreamKey(run_key_, call.slot, call.ordinal));
  }
  /// The Azure region of the node.
  std::string_view RegionOf(std::uint8_t node) const;

  /// Sets the ids that a record of this log has, except `RecordIds::item`.
  void SetIds(const Record& record, RecordIds& ids) const noexcept {
    DescriptorOf(record.log()).set_ids(*this, record, ids);
  }
  /// The id of the record's row in a workspace, the same for its copies.
  Guid ItemIdOf(const Record& record) const noexcept {
    return IdOf(IdKind::kItem, record.call(), record.sequence);
  }
  /// All ids of a record.
  RecordIds IdsOf(const Record& record) const noexcept {
    RecordIds ids;
    SetIds(record, ids);
    ids.item = ItemIdOf(record);
    return ids;
  }

  /// An id of the call, for its element number `sequence`.
  Guid IdOf(IdKind kind, CallKey call, std::uint16_t sequence) const noexcept {
    return cipher_.Encrypt({kind, call.slot, call.ordinal, sequence});
  }
  /// The id of the call's request number `request`; zero if the profile gives
  /// no id to such an operation.
  Guid OperationIdOf(CallKey call, std::uint16_t request,
                     Operation operation) const noexcept {
    return has_operation_id_[static_cast<std::size_t>(operation)]
               ? IdOf(IdKind::kOperation, call, request)
               : Guid{};
  }
  /// Sets either the user or the telephone number of a call's participant and
  /// clears the other; for the application, clears both.
  void SetUser(CallKey call, ParticipantCode participant, ParticipantKind kind,
               RecordIds& ids) const noexcept;

  /// The raw id of participant number `leg` of a call.
  std::string ParticipantIdOf(const Call& call, std::size_t leg) const;

  Guid CorrelationOf(CallKey call, std::uint8_t epoch) const noexcept {
    return IdOf(IdKind::kCorrelation, call, epoch);
  }

 private:
  struct Node {
    std::uint32_t connection_prefix_2023 = 0;
    std::uint32_t connection_prefix_2025 = 0;
    // The part of the URL in a server call id before the conversation's token:
    // complete groups of three bytes in Base64, then the remaining bytes.
    std::string head;
    std::array<char, 2> rest{};
    std::uint8_t rest_bytes = 0;
    std::string query;  // from the token to the time stamp; 2 bytes or more
  };
  // A time from one start of a node to the next.
  struct NodeLife {
    std::uint64_t from_slot = 0;
    std::uint64_t until_slot = 0;
    std::uint64_t start_ticks = 0;  // .NET ticks of the start
  };

  struct EndingTable {
    std::uint8_t at = 0;
    std::array<ResultType, 256> of{};
  };

  std::optional<Origin> OriginOfServerCall(std::string_view id) const;
  std::optional<Origin> OriginOfRecording(std::string_view id) const;
  // The id of a connection of the call to its node.
  Guid ConnectionOf(CallKey call, std::uint32_t leg,
                    std::uint32_t node) const noexcept;
  // The telephone number of a participant, and the number of a user, for the
  // draw of its identity.
  std::uint64_t PhoneNumberOf(ParticipantCode participant,
                              std::uint64_t draw) const noexcept;
  std::uint32_t UserNumberOf(ParticipantCode participant,
                             std::uint64_t draw) const noexcept;
  Vocabulary MakeVocabulary() const;
  Node MakeNode(std::uint32_t number, std::string_view region) const;
  NodeLife LifeOf(std::uint32_t node, std::uint64_t slot) const noexcept;
  // Sets the facts of a call, which `node` carries, for the call's stream key.
  void Update(NodeFacts& recent, CallKey call, std::uint64_t key,
              std::uint32_t node) const noexcept;
  // The two parts of the tail of a server call id: that of the call, and that
  // of its node.
  void PutOwnTail(CallKey call, const Node& node,
                  CallFacts& facts) const noexcept;
  static void PutNodeTail(const Node& node, std::uint64_t start_ticks,
                          CallFacts& facts) noexcept;

  const Plan& plan_;
  std::uint64_t run_key_;
  GuidCipher cipher_;
  // Callers, the most frequent ones first.
  Zipf phone_callers_;
  Zipf user_callers_;
  // Place of the most frequent caller among the telephone numbers.
  std::uint64_t first_caller_;
  // By number; that of `kNoNode` is empty.
  std::vector<Node> nodes_;
  std::array<bool, kOperationCount> has_operation_id_{};
  Vocabulary vocabulary_;
  PerLog<EndingTable> endings_;
};

}  // namespace busyhour::internal
