#include "columns/call_dictionaries.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "encode/put.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kFewSlots = 1024;

}  // namespace

char* PutGuidAs(GuidForm form, const Guid& guid, char* p) noexcept {
  if (form == GuidForm::kText) return PutGuid(guid, p);
  static_assert(std::endian::native == std::endian::little);
  const std::uint64_t words[] = {__builtin_bswap64(guid.high),
                                 __builtin_bswap64(guid.low)};
  std::memcpy(p, words, sizeof words);
  return p + sizeof words;
}

CallDictionaries::CallDictionaries(const Worlds& worlds, GuidForm guids)
    : worlds_(worlds), guids_(guids), slots_(kFewSlots, kNone) {}

void CallDictionaries::Begin(bool has_facts) {
  has_facts_ = has_facts;
  std::fill(slots_.begin(), slots_.end(), kNone);
  calls_.clear();
  facts_.clear();
  more_correlations_.clear();
  more_server_calls_.clear();
  caller_of_address_.clear();
  no_connection_ = no_server_call_ = kNone;
  for (ByteStrings* const list :
       {&correlations_, &connections_, &callers_, &server_calls_}) {
    list->Clear();
  }
}

void CallDictionaries::Find(std::span<const Record> records,
                            std::span<std::uint32_t> calls) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::size_t slot = records[i].place & (slots_.size() - 1);
    const std::uint32_t call = slots_[slot];
    calls[i] = call != kNone && calls_[call].Has(records[i])
                   ? call
                   : FindFrom(slot, records[i]);
  }
}

std::uint32_t CallDictionaries::FindFrom(std::size_t slot,
                                         const Record& record) {
  for (; slots_[slot] != kNone; slot = (slot + 1) & (slots_.size() - 1)) {
    if (calls_[slots_[slot]].Has(record)) return slots_[slot];
  }
  const std::uint32_t call = AddCall(record);
  slots_[slot] = call;
  if (2 * calls_.size() > slots_.size()) EnlargeSlots();
  return call;
}

std::uint32_t CallDictionaries::AddCall(const Record& record) {
  const auto number = static_cast<std::uint32_t>(calls_.size());
  Call& call = calls_.emplace_back();
  call.key = record.key.call_bits();
  call.place = record.place;
  if (has_facts_) {
    facts_.push_back(worlds_.CastOf(record).FactsOf(record.call()));
  }
  return number;
}

void CallDictionaries::EnlargeSlots() {
  slots_.assign(2 * slots_.size(), kNone);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t call = 0; call < calls_.size(); ++call) {
    std::size_t slot = calls_[call].place & mask;
    while (slots_[slot] != kNone) slot = (slot + 1) & mask;
    slots_[slot] = call;
  }
}

void CallDictionaries::AddGuid(const Guid& guid, ByteStrings& list) const {
  list.Take(PutGuidAs(guids_, guid, list.Room(kMaxGuidBytes + kSlackBytes)));
}

template <class Add>
std::uint32_t CallDictionaries::OtherVariant(std::uint32_t call,
                                             std::uint8_t variant,
                                             std::uint16_t& last,
                                             std::uint32_t& index,
                                             Indices& others, const Add& add) {
  const auto key_of = [call](std::uint16_t of) {
    return std::uint64_t{call} << 8 | of;
  };
  // Most calls have one, which needs no entry among the others.
  if (index == kNone) {
    index = add();
  } else {
    others.try_emplace(key_of(last), index);
    const auto known = others.find(key_of(variant));
    index = known == others.end() ? add() : known->second;
  }
  last = variant;
  return index;
}

void CallDictionaries::PutCorrelations(std::span<const Record> records,
                                       std::span<const std::uint32_t> calls,
                                       std::uint32_t* indices) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Call& call = calls_[calls[i]];
    indices[i] = call.epoch == records[i].correlation_epoch
                     ? call.correlation
                     : AddCorrelation(calls[i], records[i]);
  }
}

std::uint32_t CallDictionaries::AddCorrelation(std::uint32_t number,
                                               const Record& record) {
  Call& call = calls_[number];
  const std::uint8_t epoch = record.correlation_epoch;
  return OtherVariant(
      number, epoch, call.epoch, call.correlation, more_correlations_, [&] {
        AddGuid(worlds_.CastOf(record).CorrelationOf(record.call(), epoch),
                correlations_);
        return static_cast<std::uint32_t>(correlations_.size() - 1);
      });
}

void CallDictionaries::PutConnections(std::span<const Record> records,
                                      std::span<const std::uint32_t> calls,
                                      bool has_nulls, std::uint32_t* indices) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!records[i].connected()) {
      indices[i] = has_nulls ? 0 : NoConnection();
      continue;
    }
    const std::uint32_t connection = calls_[calls[i]].connection;
    indices[i] = connection != kNone ? connection : AddConnection(calls[i]);
  }
}

std::uint32_t CallDictionaries::AddConnection(std::uint32_t call) {
  const auto index = static_cast<std::uint32_t>(connections_.size());
  AddGuid(facts_[call].connection, connections_);
  return calls_[call].connection = index;
}

std::uint32_t CallDictionaries::NoConnection() {
  if (no_connection_ == kNone) {
    no_connection_ = static_cast<std::uint32_t>(connections_.size());
    connections_.Add("");
  }
  return no_connection_;
}

void CallDictionaries::PutCallers(std::span<const std::uint32_t> calls,
                                  std::uint32_t* indices) {
  for (const std::uint32_t call : calls) {
    const std::uint32_t caller = calls_[call].caller;
    *indices++ = caller != kNone ? caller : AddCaller(call);
  }
}

std::uint32_t CallDictionaries::AddCaller(std::uint32_t call) {
  const std::uint32_t address = facts_[call].caller_ip;
  const auto [at, is_new] = caller_of_address_.try_emplace(
      address, static_cast<std::uint32_t>(callers_.size()));
  if (is_new) {
    callers_.Take(PutIpv4(address, callers_.Room(kMaxIpv4Bytes + kSlackBytes)));
  }
  return calls_[call].caller = at->second;
}

void CallDictionaries::PutServerCalls(std::span<const Record> records,
                                      std::span<const std::uint32_t> calls,
                                      std::uint8_t node_at,
                                      std::uint32_t* indices) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::uint8_t node = records[i].ByteAt(node_at);
    const Call& call = calls_[calls[i]];
    indices[i] = call.node == node ? call.server_call
                                   : AddServerCall(calls[i], node, records[i]);
  }
}

std::uint32_t CallDictionaries::AddServerCall(std::uint32_t number,
                                              std::uint8_t node,
                                              const Record& record) {
  if (node == kNoNode) return NoServerCall();
  Call& call = calls_[number];
  return OtherVariant(
      number, node, call.node, call.server_call, more_server_calls_, [&] {
        const CallFacts& facts = facts_[number];
        const std::string& head =
            worlds_.CastOf(record).vocabulary().server_call_heads[node];
        char* const p =
            server_calls_.Room(head.size() + facts.server_call_tail.size());
        char* const tail = std::copy(head.begin(), head.end(), p);
        server_calls_.Take(std::copy_n(facts.server_call_tail.begin(),
                                       facts.server_call_tail_bytes, tail));
        return static_cast<std::uint32_t>(server_calls_.size() - 1);
      });
}

std::uint32_t CallDictionaries::NoServerCall() {
  if (no_server_call_ == kNone) {
    no_server_call_ = static_cast<std::uint32_t>(server_calls_.size());
    server_calls_.Add("");
  }
  return no_server_call_;
}

}  // namespace busyhour::internal
