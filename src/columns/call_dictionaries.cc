#include "columns/call_dictionaries.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "base/cache.h"
#include "base/stream.h"
#include "encode/put.h"

namespace busyhour::internal {

char* PutGuidAs(GuidForm form, const Guid& guid, char* p) noexcept {
  if (form == GuidForm::kText) return PutGuid(guid, p);
  static_assert(std::endian::native == std::endian::little);
  const std::uint64_t words[] = {__builtin_bswap64(guid.high),
                                 __builtin_bswap64(guid.low)};
  std::memcpy(p, words, sizeof words);
  return p + sizeof words;
}

CallDictionaries::CallDictionaries(const Worlds& worlds, GuidForm guids)
    : worlds_(worlds), guids_(guids) {}

void CallDictionaries::Begin(std::size_t records, bool has_facts) {
  has_facts_ = has_facts;
  // At most half of the table is used.
  const std::size_t size = std::bit_ceil(2 * records + 1);
  slots_.assign(size, kNone);
  mask_ = size - 1;
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
  // The table is too large for the first caches, so that records are looked up
  // together.
  constexpr std::size_t kAtOnce = 32;
  std::array<std::size_t, kAtOnce> slots;
  for (std::size_t begin = 0; begin < records.size(); begin += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, records.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const Record& record = records[begin + i];
      slots[i] = MixWords(record.key.call_bits(), record.resource()) & mask_;
      Prefetch(&slots_[slots[i]], sizeof slots_[0]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (const std::uint32_t call = slots_[slots[i]]; call != kNone) {
        Prefetch(&calls_[call], sizeof(Call));
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      calls[begin + i] = FindFrom(slots[i], records[begin + i]);
    }
  }
}

std::uint32_t CallDictionaries::FindFrom(std::size_t slot,
                                         const Record& record) {
  for (; slots_[slot] != kNone; slot = (slot + 1) & mask_) {
    const Call& call = calls_[slots_[slot]];
    if (call.key == record.key.call_bits() &&
        call.resource == record.resource()) {
      return slots_[slot];
    }
  }
  return slots_[slot] = AddCall(record);
}

std::uint32_t CallDictionaries::AddCall(const Record& record) {
  const auto number = static_cast<std::uint32_t>(calls_.size());
  Call& call = calls_.emplace_back();
  call.key = record.key.call_bits();
  call.resource = record.resource();
  if (has_facts_) {
    facts_.push_back(worlds_.CastOf(record).FactsOf(record.call()));
  }
  return number;
}

void CallDictionaries::AddGuid(const Guid& guid, ByteStrings& list) const {
  list.Take(PutGuidAs(guids_, guid, list.Room(kMaxGuidBytes + kSlackBytes)));
}

template <class Add>
std::uint32_t CallDictionaries::VariantOf(std::uint32_t call,
                                          std::uint8_t variant, Latest& latest,
                                          Indices& others, const Add& add) {
  if (latest.index != kNone && latest.variant == variant) return latest.index;
  const auto key_of = [call](std::uint8_t of) {
    return std::uint64_t{call} << 8 | of;
  };
  // Most calls have one, which needs no entry among the others.
  if (latest.index == kNone) {
    latest.index = add();
  } else {
    others.try_emplace(key_of(latest.variant), latest.index);
    const auto known = others.find(key_of(variant));
    latest.index = known == others.end() ? add() : known->second;
  }
  latest.variant = variant;
  return latest.index;
}

std::uint32_t CallDictionaries::CorrelationOf(std::uint32_t call,
                                              const Record& record) {
  const std::uint8_t epoch = record.correlation_epoch;
  return VariantOf(
      call, epoch, calls_[call].correlation, more_correlations_, [&] {
        AddGuid(worlds_.CastOf(record).CorrelationOf(record.call(), epoch),
                correlations_);
        return static_cast<std::uint32_t>(correlations_.size() - 1);
      });
}

std::uint32_t CallDictionaries::ConnectionOf(std::uint32_t number) {
  Call& call = calls_[number];
  if (call.connection == kNone) {
    call.connection = static_cast<std::uint32_t>(connections_.size());
    AddGuid(facts_[number].connection, connections_);
  }
  return call.connection;
}

std::uint32_t CallDictionaries::NoConnection() {
  if (no_connection_ == kNone) {
    no_connection_ = static_cast<std::uint32_t>(connections_.size());
    connections_.Add("");
  }
  return no_connection_;
}

std::uint32_t CallDictionaries::CallerOf(std::uint32_t number) {
  Call& call = calls_[number];
  if (call.caller != kNone) return call.caller;
  const auto [at, is_new] = caller_of_address_.try_emplace(
      facts_[number].caller_ip, static_cast<std::uint32_t>(callers_.size()));
  if (is_new) {
    callers_.Take(PutIpv4(facts_[number].caller_ip,
                          callers_.Room(kMaxIpv4Bytes + kSlackBytes)));
  }
  return call.caller = at->second;
}

std::uint32_t CallDictionaries::ServerCallOf(std::uint32_t number,
                                             std::uint8_t node,
                                             const Record& record) {
  if (node == kNoNode) {
    if (no_server_call_ == kNone) {
      no_server_call_ = static_cast<std::uint32_t>(server_calls_.size());
      server_calls_.Add("");
    }
    return no_server_call_;
  }
  return VariantOf(
      number, node, calls_[number].server_call, more_server_calls_, [&] {
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

}  // namespace busyhour::internal
