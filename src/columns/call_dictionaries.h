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

  /// Forgets everything. `has_facts`: whether columns other than that of the
  /// correlation id are wanted.
  void Begin(bool has_facts);

  /// Sets the numbers of the records' calls, for the functions below.
  void Find(std::span<const Record> records, std::span<std::uint32_t> calls);

  // Set the indices of the records' values; `calls` are the numbers of their
  // calls.
  void PutCorrelations(std::span<const Record> records,
                       std::span<const std::uint32_t> calls,
                       std::uint32_t* indices);
  /// A record without a connection has an empty text, or with `has_nulls` any
  /// index.
  void PutConnections(std::span<const Record> records,
                      std::span<const std::uint32_t> calls, bool has_nulls,
                      std::uint32_t* indices);
  void PutCallers(std::span<const std::uint32_t> calls, std::uint32_t* indices);
  /// `node_at`: offset of the byte with the record's node, see
  /// `Vocabulary::server_call_heads`.
  void PutServerCalls(std::span<const Record> records,
                      std::span<const std::uint32_t> calls,
                      std::uint8_t node_at, std::uint32_t* indices);

  const ByteStrings& correlations() const noexcept { return correlations_; }
  const ByteStrings& connections() const noexcept { return connections_; }
  const ByteStrings& callers() const noexcept { return callers_; }
  const ByteStrings& server_calls() const noexcept { return server_calls_; }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  static constexpr std::uint16_t kNoVariant = 0xffff;
  // Half a cache line.
  struct Call {
    std::uint64_t key = 0;
    std::uint32_t place = 0;  // `Record::place`
    std::uint32_t connection = kNone;
    std::uint32_t caller = kNone;
    // The values of its last record, of this epoch and this node.
    std::uint32_t correlation = kNone;
    std::uint32_t server_call = kNone;
    std::uint16_t epoch = kNoVariant;
    std::uint16_t node = kNoVariant;

    bool Has(const Record& record) const noexcept {
      return key == record.key.call_bits() &&
             place >> Record::kCallNumberBits == record.resource();
    }
  };
  using Indices = std::unordered_map<std::uint64_t, std::uint32_t>;

  // The value that a call has with `variant`, an epoch or node that is not the
  // `last` one. `add` adds it to its list if no record had it yet. Changes
  // `last` and its value, `index`.
  template <class Add>
  static std::uint32_t OtherVariant(std::uint32_t call, std::uint8_t variant,
                                    std::uint16_t& last, std::uint32_t& index,
                                    Indices& others, const Add& add);
  // What is done once for a call, apart from the loops over records.
  [[gnu::noinline]] std::uint32_t FindFrom(std::size_t slot,
                                           const Record& record);
  [[gnu::noinline]] std::uint32_t AddCorrelation(std::uint32_t call,
                                                 const Record& record);
  [[gnu::noinline]] std::uint32_t AddConnection(std::uint32_t call);
  [[gnu::noinline]] std::uint32_t AddCaller(std::uint32_t call);
  [[gnu::noinline]] std::uint32_t AddServerCall(std::uint32_t call,
                                                std::uint8_t node,
                                                const Record& record);
  std::uint32_t AddCall(const Record& record);
  void EnlargeSlots();
  std::uint32_t NoConnection();
  std::uint32_t NoServerCall();
  void AddGuid(const Guid& guid, ByteStrings& list) const;

  const Worlds& worlds_;
  const GuidForm guids_;
  bool has_facts_ = false;
  // A hash table of numbers of calls, at most half full. The place of a call
  // follows from the lowest bits of `Record::place`, its number in this run:
  // calls of the same minutes are near one another.
  std::vector<std::uint32_t> slots_;
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
