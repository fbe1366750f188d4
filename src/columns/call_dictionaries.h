#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "columns/byte_strings.h"
#include "encode/guid_form.h"
#include "logs/record.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The values that records of a call share, each once, for the records of one
/// batch of columns. The indices are in the order of the first records with
/// these values. For one thread.
class CallDictionaries {
 public:
  /// `worlds` must outlive it.
  CallDictionaries(const Worlds& worlds, GuidForm guids);

  /// Forgets everything; at most `records` records follow. `has_facts`: whether
  /// columns other than that of the correlation id are wanted.
  void Begin(std::size_t records, bool has_facts);

  /// Sets the numbers of the records' calls, for the functions below.
  void Find(std::span<const Record> records, std::span<std::uint32_t> calls);

  // The index of a record's value; `call` is the number of its call.
  std::uint32_t CorrelationOf(std::uint32_t call, const Record& record);
  std::uint32_t ConnectionOf(std::uint32_t call);
  std::uint32_t CallerOf(std::uint32_t call);
  /// `node` is that of the record, see `Vocabulary::server_call_heads`.
  std::uint32_t ServerCallOf(std::uint32_t call, std::uint8_t node,
                             const Record& record);
  /// Of an empty text.
  std::uint32_t NoConnection();

  const ByteStrings& correlations() const noexcept { return correlations_; }
  const ByteStrings& connections() const noexcept { return connections_; }
  const ByteStrings& callers() const noexcept { return callers_; }
  const ByteStrings& server_calls() const noexcept { return server_calls_; }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  // The value of the call's last record.
  struct Latest {
    std::uint32_t index = kNone;
    std::uint8_t variant = 0;
  };
  struct Call {
    std::uint64_t key = 0;
    std::uint32_t resource = 0;
    Latest correlation;  // by epoch
    Latest server_call;  // by node
    std::uint32_t connection = kNone;
    std::uint32_t caller = kNone;
  };
  using Indices = std::unordered_map<std::uint64_t, std::uint32_t>;

  // The value that a call has with `variant`: an epoch or a node. `add` adds it
  // to its list if no record had it yet.
  template <class Add>
  std::uint32_t VariantOf(std::uint32_t call, std::uint8_t variant,
                          Latest& latest, Indices& others, const Add& add);
  std::uint32_t FindFrom(std::size_t slot, const Record& record);
  std::uint32_t AddCall(const Record& record);
  void AddGuid(const Guid& guid, ByteStrings& list) const;

  const Worlds& worlds_;
  const GuidForm guids_;
  bool has_facts_ = false;
  std::vector<std::uint32_t> slots_;  // a hash table of numbers of calls
  std::size_t mask_ = 0;
  std::vector<Call> calls_;
  std::vector<CallFacts> facts_;  // by number of the call
  // Of calls with several: by number of the call, then epoch or node.
  Indices more_correlations_;
  Indices more_server_calls_;
  Indices caller_of_address_;
  std::uint32_t no_connection_ = kNone;
  std::uint32_t no_server_call_ = kNone;

  ByteStrings correlations_;
  ByteStrings connections_;
  ByteStrings callers_;
  ByteStrings server_calls_;
};

/// Appends a GUID in one of the forms.
char* PutGuidAs(GuidForm form, const Guid& guid, char* p) noexcept;

}  // namespace busyhour::internal
