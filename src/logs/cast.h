#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/choice.h"
#include "base/guid.h"
#include "base/stream.h"
#include "catalog/operations.h"
#include "logs/log.h"
#include "logs/record.h"
#include "logs/vocabulary.h"
#include "scenario/plan.h"

namespace busyhour {

/// Who and what takes part in the calls: the nodes that carry them, the servers
/// and clients that ask for them, participants and their ids. Each is a
/// function of the seed and the call, so any of them can be looked up at any
/// time.
///
/// Addresses are from documentation ranges (RFC 5737), phone numbers from the
/// ranges kept for fiction: +1 NPA 555-0100 to -0199 (NANPA), +44 1632 960000
/// to 960999 (Ofcom).
class Cast {
 public:
  /// `plan` must outlive the cast.
  Cast(const Plan& plan, std::uint64_t seed);

  const GuidCipher& cipher() const noexcept { return cipher_; }
  const Vocabulary& vocabulary() const noexcept { return vocabulary_; }

  /// How a record ended, where its log counts that; else completed.
  ResultType EndingOf(const Record& record) const noexcept {
    const EndingTable& table = endings_[record.log()];
    return table.of[record.ByteAt(table.at)];
  }

  /// What no other call has.
  CallFacts FactsOf(CallKey call) const noexcept;

  /// Of a call that has one: the head of its node and the tail of its own.
  std::string ServerCallIdOf(CallKey call) const;

  /// What an id was made for.
  struct Origin {
    /// As a person calls it: `OperationId`, `ServerCallId`, `user`.
    std::string_view what;
    /// Whose it is; nothing for an id that is no call's.
    std::optional<CallKey> call;
  };
  /// Takes GUIDs in text and server call ids; nothing for an id that was not
  /// made under this seed. Whether its call exists is another question.
  std::optional<Origin> OriginOf(std::string_view id) const;

  /// Which client makes a call's requests and which node carries it, of the
  /// call's stream key.
  static std::uint8_t ClientOf(std::uint64_t key,
                               const Choice& clients) noexcept {
    return static_cast<std::uint8_t>(clients(Draw(key, Purpose::kClient)));
  }
  static std::uint8_t NodeOf(std::uint64_t key) noexcept {
    return static_cast<std::uint8_t>(
        PickBelow(Draw(key, Purpose::kNode), kNodeCount));
  }

  /// Sets those of `ids` that a record of its log has.
  void SetIds(const Record& record, RecordIds& ids) const noexcept {
    DescriptorOf(record.log()).set_ids(*this, record, ids);
  }
  RecordIds IdsOf(const Record& record) const noexcept {
    RecordIds ids;
    SetIds(record, ids);
    return ids;
  }

  /// An id of the call: of its thing number `sequence`.
  Guid IdOf(IdKind kind, CallKey call, std::uint16_t sequence) const noexcept {
    return cipher_.Encrypt({kind, call.slot, call.ordinal, sequence});
  }
  /// Of the call's request number `request`; zero where the profile has none
  /// for such an operation.
  Guid OperationIdOf(CallKey call, std::uint16_t request,
                     Operation operation) const noexcept {
    return has_operation_id_[static_cast<std::size_t>(operation)]
               ? IdOf(IdKind::kOperation, call, request)
               : Guid{};
  }
  /// Sets the user or the telephone number of a call's participant, and the
  /// other of them to zero; for the application both.
  void SetUser(CallKey call, std::uint16_t participant, ParticipantKind kind,
               RecordIds& ids) const noexcept;

  Guid CorrelationOf(CallKey call, std::uint8_t epoch) const noexcept {
    return IdOf(IdKind::kCorrelation, call, epoch);
  }

 private:
  struct Node {
    std::uint32_t connection_prefix_2023 = 0;
    std::uint32_t connection_prefix_2025 = 0;
    // What the URL behind a server call id holds before the conversation's
    // token: whole groups of three bytes in Base64, then what is left of them.
    std::string head;
    std::string rest;
    std::string query;  // from the token to the time stamp
  };

  struct EndingTable {
    std::uint8_t at = 0;
    std::array<ResultType, 256> of{};
  };

  std::optional<Origin> OriginOfServerCall(std::string_view id) const;
  Vocabulary MakeVocabulary() const;
  Node MakeNode(std::uint32_t number) const;
  // .NET ticks at which the node that carries a call was last started.
  std::uint64_t NodeStart(std::uint32_t node, CallKey call) const noexcept;
  void PutServerCallTail(CallKey call, std::uint32_t node,
                         CallFacts& facts) const noexcept;

  const Plan& plan_;
  std::uint64_t seed_;
  GuidCipher cipher_;
  std::vector<Node> nodes_;
  std::array<bool, kOperationCount> has_operation_id_{};
  Vocabulary vocabulary_;
  PerLog<EndingTable> endings_;
};

}  // namespace busyhour
