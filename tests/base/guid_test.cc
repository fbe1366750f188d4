#include "base/guid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kLastSlot = (std::uint64_t{1} << kSlotBits) - 1;
constexpr std::uint64_t kSlot = 1'772'438'400;
constexpr char kDigits[] = "0123456789abcdef";

constexpr IdKind kKinds[] = {
    IdKind::kOperation,   IdKind::kCorrelation,      IdKind::kServerCall,
    IdKind::kUsageRecord, IdKind::kParticipant,      IdKind::kUser,
    IdKind::kResource,    IdKind::kSubscription,     IdKind::kWorkspace,
    IdKind::kTenant,      IdKind::kStreamingSession, IdKind::kItem};

// Identities of all kinds: consecutive ones, as in a busy run, random ones and
// extreme ones.
std::vector<Identity> ManyIdentities() {
  std::vector<Identity> identities;
  std::mt19937_64 random(1);
  for (const IdKind kind : kKinds) {
    for (std::uint64_t i = 0; i < 4000; ++i) {
      identities.push_back({kind, kSlot + i / 100,
                            static_cast<std::uint32_t>(i / 10 % 10),
                            static_cast<std::uint16_t>(i % 10)});
      identities.push_back({kind, kSlot + 1000 + (random() & 0xffffff),
                            static_cast<std::uint32_t>(random() & kLastOrdinal),
                            static_cast<std::uint16_t>(random())});
    }
    identities.push_back({kind, 0, 0, 0});
    identities.push_back({kind, kLastSlot, kLastOrdinal, 0xffff});
    identities.push_back({kind, kLastSlot, 0, 0});
    identities.push_back({kind, 0, kLastOrdinal, 0});
    identities.push_back({kind, 0, 0, 0xffff});
  }
  return identities;
}

bool IsVersion4(const std::string& text) {
  return text[14] == '4' &&
         std::string_view("89ab").find(text[19]) != std::string_view::npos;
}

// For all identities i: Decrypt(Encrypt(i)) == i.
TEST(GuidTest, IdsDecodeToTheirIdentities) {
  for (const std::uint64_t seed : {0ull, 1ull, ~0ull}) {
    const GuidCipher cipher(seed);
    for (const Identity& identity : ManyIdentities()) {
      ASSERT_EQ(cipher.Decrypt(cipher.Encrypt(identity)), identity);
    }
  }
}

// For all identities i != j: Encrypt(i) != Encrypt(j).
TEST(GuidTest, IdsAreUnique) {
  std::vector<Identity> identities = ManyIdentities();
  const auto order = [](const Identity& a, const Identity& b) {
    return std::tie(a.kind, a.slot, a.ordinal, a.sequence) <
           std::tie(b.kind, b.slot, b.ordinal, b.sequence);
  };
  std::sort(identities.begin(), identities.end(), order);
  identities.erase(std::unique(identities.begin(), identities.end()),
                   identities.end());
  const GuidCipher cipher(1);
  std::vector<Guid> ids;
  for (const Identity& identity : identities) {
    ids.push_back(cipher.Encrypt(identity));
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

TEST(GuidTest, IdsAreVersion4) {
  const GuidCipher cipher(1);
  for (const Identity& identity : ManyIdentities()) {
    ASSERT_TRUE(IsVersion4(FormatGuid(cipher.Encrypt(identity))));
  }
}

// For all ids and all changes to one of their characters: the changed id does
// not decode.
TEST(GuidTest, DamageToAnyCharacterShows) {
  const GuidCipher cipher(1);
  for (const IdKind kind : kKinds) {
    for (std::uint16_t sequence = 0; sequence < 8; ++sequence) {
      const std::string id =
          FormatGuid(cipher.Encrypt({kind, kSlot, 3, sequence}));
      for (std::size_t at = 0; at < id.size(); ++at) {
        for (const char c : std::string_view("0123456789abcdef-xG ")) {
          if (c == id[at]) continue;
          std::string damaged = id;
          damaged[at] = c;
          const std::optional<Guid> guid = ParseGuid(damaged);
          ASSERT_FALSE(guid && cipher.Decrypt(*guid)) << id << ' ' << damaged;
        }
      }
    }
  }
}

TEST(GuidTest, SwappedCharactersAndCutIdsShow) {
  const GuidCipher cipher(1);
  for (std::uint16_t sequence = 0; sequence < 200; ++sequence) {
    const std::string id =
        FormatGuid(cipher.Encrypt({IdKind::kOperation, kSlot, 0, sequence}));
    for (std::size_t at = 0; at + 1 < id.size(); ++at) {
      if (id[at] == id[at + 1]) continue;
      std::string swapped = id;
      std::swap(swapped[at], swapped[at + 1]);
      const std::optional<Guid> guid = ParseGuid(swapped);
      ASSERT_FALSE(guid && cipher.Decrypt(*guid)) << id << ' ' << swapped;
    }
    EXPECT_EQ(ParseGuid(std::string_view(id).substr(1)), std::nullopt);
    EXPECT_EQ(ParseGuid(id + '0'), std::nullopt);
  }
}

// For all version-4 GUIDs that this cipher did not generate: they do not
// decode. The probability of a false decode is 2^-44.
TEST(GuidTest, ForeignIdsDoNotDecode) {
  const GuidCipher cipher(1);
  std::mt19937_64 random(2);
  for (int i = 0; i < 300'000; ++i) {
    const Guid guid{(random() & ~std::uint64_t{0xf000}) | 0x4000,
                    random() >> 2 | std::uint64_t{2} << 62};
    ASSERT_EQ(cipher.Decrypt(guid), std::nullopt);
    ASSERT_EQ(cipher.Decrypt({random(), random()}), std::nullopt);
  }
  EXPECT_EQ(cipher.Decrypt(Guid{}), std::nullopt);
}

// For all numbers that are not a valid kind: an id with this kind does not
// decode, so that these bits also detect damage.
TEST(GuidTest, IdsOfNoKindDoNotDecode) {
  const GuidCipher cipher(1);
  for (int kind = 0; kind < 256; ++kind) {
    const bool known = kind >= 1 && kind <= static_cast<int>(kLastIdKind);
    EXPECT_EQ(
        cipher.Decrypt(cipher.Encrypt({static_cast<IdKind>(kind), kSlot, 1, 2}))
            .has_value(),
        known)
        << kind;
  }
}

TEST(GuidTest, IdsOfAnotherSeedDoNotDecode) {
  const GuidCipher one(1);
  const GuidCipher two(2);
  for (const Identity& identity : ManyIdentities()) {
    ASSERT_EQ(two.Decrypt(one.Encrypt(identity)), std::nullopt);
  }
}

int Bit(const Guid& guid, std::size_t bit) {
  return static_cast<int>(
      (bit < 64 ? guid.low >> bit : guid.high >> (bit - 64)) & 1);
}

bool IsFixed(std::size_t bit) {
  return bit == 62 || bit == 63 || (bit >= 64 + 12 && bit < 64 + 16);
}

// For each of the 122 variable bits: it is set in half of the ids of
// consecutive identities. Tolerance: 5 standard errors.
TEST(GuidTest, EveryFreeBitIsSetInHalfOfTheIds) {
  const GuidCipher cipher(1);
  constexpr int kIds = 1 << 15;
  std::array<int, 128> set{};
  for (std::uint32_t i = 0; i < kIds; ++i) {
    const Guid id =
        cipher.Encrypt({IdKind::kOperation, kSlot + i / 64, i / 8 % 8,
                        static_cast<std::uint16_t>(i % 8)});
    for (std::size_t bit = 0; bit < 128; ++bit) set[bit] += Bit(id, bit);
  }
  int free_bits = 0;
  for (std::size_t bit = 0; bit < 128; ++bit) {
    if (IsFixed(bit)) continue;
    ++free_bits;
    EXPECT_NEAR(set[bit], kIds / 2, 5 * std::sqrt(kIds) / 2) << bit;
  }
  EXPECT_EQ(free_bits, 122);
}

// For each bit of an identity: inverting it inverts each variable bit of the id
// half of the time. Tolerance: 6 standard errors, because there are 9,500 pairs
// of bits.
TEST(GuidTest, EveryBitOfAnIdentityReachesEveryBitOfTheId) {
  const GuidCipher cipher(1);
  constexpr int kTrials = 1024;
  std::mt19937_64 random(3);
  for (int in = 0; in < kSlotBits + kOrdinalBits + 16; ++in) {
    std::array<int, 128> turned{};
    for (int trial = 0; trial < kTrials; ++trial) {
      Identity identity{IdKind::kOperation, random() & kLastSlot,
                        static_cast<std::uint32_t>(random()) & kLastOrdinal,
                        static_cast<std::uint16_t>(random())};
      const Guid before = cipher.Encrypt(identity);
      if (in < kSlotBits) {
        identity.slot ^= std::uint64_t{1} << in;
      } else if (in < kSlotBits + kOrdinalBits) {
        identity.ordinal ^= 1u << (in - kSlotBits);
      } else {
        identity.sequence = static_cast<std::uint16_t>(
            identity.sequence ^ 1 << (in - kSlotBits - kOrdinalBits));
      }
      const Guid after = cipher.Encrypt(identity);
      const Guid change{before.high ^ after.high, before.low ^ after.low};
      for (std::size_t bit = 0; bit < 128; ++bit) {
        turned[bit] += Bit(change, bit);
      }
    }
    for (std::size_t bit = 0; bit < 128; ++bit) {
      if (IsFixed(bit)) continue;
      ASSERT_NEAR(turned[bit], kTrials / 2, 6 * std::sqrt(kTrials) / 2)
          << in << " to " << bit;
    }
  }
}

// For all slots, ordinals, legs and prefixes: a connection id starts with the
// prefix and decodes to the values it was made from.
TEST(GuidTest, ConnectionIdsDecode) {
  const GuidCipher cipher(1);
  std::mt19937_64 random(4);
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t slot = i == 0 ? kLastSlot : random() & kLastSlot;
    const std::uint32_t ordinal =
        i == 0 ? kLastOrdinal
               : static_cast<std::uint32_t>(random()) & kLastOrdinal;
    const auto leg = static_cast<std::uint32_t>(i == 0 ? 15 : random() & 15);
    const auto prefix = static_cast<std::uint32_t>(random());
    const Guid id = cipher.EncryptConnection(slot, ordinal, leg, prefix);
    ASSERT_EQ(id.high >> 32, prefix);
    ASSERT_TRUE(IsVersion4(FormatGuid(id)));
    const auto connection = cipher.DecryptConnection(id);
    ASSERT_TRUE(connection);
    ASSERT_EQ(connection->slot, slot);
    ASSERT_EQ(connection->ordinal, ordinal);
    ASSERT_EQ(connection->leg, leg);
    ASSERT_EQ(connection->node_prefix, prefix);
  }
}

// For all pairs of different calls on one node: their connection ids differ.
TEST(GuidTest, ConnectionIdsAreUnique) {
  const GuidCipher cipher(1);
  std::vector<Guid> ids;
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    ids.push_back(cipher.EncryptConnection(kSlot + i / 64, i / 2 % 32, i % 2,
                                           0x401f3500));
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

// For all connection ids and all changes to one character after the prefix: the
// changed id does not decode. A changed prefix shows in the decoded value.
TEST(GuidTest, DamageToAConnectionIdShows) {
  const GuidCipher cipher(1);
  for (std::uint32_t ordinal = 0; ordinal < 40; ++ordinal) {
    const std::string id =
        FormatGuid(cipher.EncryptConnection(kSlot, ordinal, 0, 0x401f3500));
    for (std::size_t at = 0; at < id.size(); ++at) {
      for (const char c : std::string_view(kDigits)) {
        if (c == id[at] || id[at] == '-') continue;
        std::string damaged = id;
        damaged[at] = c;
        const auto connection = cipher.DecryptConnection(*ParseGuid(damaged));
        if (at < 8) {
          ASSERT_TRUE(connection);
          ASSERT_NE(connection->node_prefix, 0x401f3500u);
        } else {
          ASSERT_FALSE(connection) << id << ' ' << damaged;
        }
      }
    }
  }
}

// The probability of a false decode is 2^-28.
TEST(GuidTest, ForeignConnectionIdsDoNotDecode) {
  const GuidCipher cipher(1);
  const GuidCipher other(2);
  std::mt19937_64 random(5);
  for (std::uint32_t i = 0; i < 300'000; ++i) {
    const Guid guid{(random() & ~std::uint64_t{0xf000}) | 0x4000,
                    random() >> 2 | std::uint64_t{2} << 62};
    ASSERT_FALSE(cipher.DecryptConnection(guid));
    ASSERT_FALSE(cipher.DecryptConnection(
        other.EncryptConnection(kSlot + i, i % 64, 0, 0x401f3500)));
  }
}

TEST(GuidTest, EveryFreeBitIsSetInHalfOfTheConnectionIds) {
  const GuidCipher cipher(1);
  constexpr int kIds = 1 << 15;
  std::array<int, 128> set{};
  for (std::uint32_t i = 0; i < kIds; ++i) {
    const Guid id = cipher.EncryptConnection(kSlot + i / 8, i % 8, 0, 0);
    for (std::size_t bit = 0; bit < 128; ++bit) set[bit] += Bit(id, bit);
  }
  // Tolerance: 5 standard errors.
  for (std::size_t bit = 0; bit < 96; ++bit) {
    if (IsFixed(bit)) continue;
    EXPECT_NEAR(set[bit], kIds / 2, 5 * std::sqrt(kIds) / 2) << bit;
  }
}

TEST(GuidTest, WritesLowerCaseWithDashes) {
  EXPECT_EQ(FormatGuid({0x5fab087532114879, 0x8051c688d0854c4d}),
            "5fab0875-3211-4879-8051-c688d0854c4d");
  EXPECT_EQ(FormatGuid({}), "00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(FormatGuid({~std::uint64_t{0}, ~std::uint64_t{0}}),
            "ffffffff-ffff-ffff-ffff-ffffffffffff");
}

// For all GUIDs g: ParseGuid(FormatGuid(g)) == g.
TEST(GuidTest, WrittenGuidsReadBack) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 10'000; ++i) {
    const Guid guid{random(), random()};
    ASSERT_EQ(ParseGuid(FormatGuid(guid)), guid);
  }
}

TEST(GuidTest, ReadsEitherCaseAndNothingElse) {
  const Guid guid{0x5fab087532114879, 0x8051c688d0854c4d};
  EXPECT_EQ(ParseGuid("5FAB0875-3211-4879-8051-C688D0854C4D"), guid);
  for (const std::string_view text :
       {"", "5fab0875", "{5fab0875-3211-4879-8051-c688d0854c4d}",
        "5fab087532114879-8051-c688d0854c4d--",
        "5fab08753211487980510c688d0854c4d",
        "5fab0875-3211-4879-8051-c688d0854c4",
        "5fab0875-3211-4879-8051-c688d0854c4d ",
        "5fab0875-3211-4879-8051-c688d0854c4g",
        "5fab0875_3211_4879_8051_c688d0854c4d",
        "5fab087-53211-4879-8051-c688d0854c4d"}) {
    EXPECT_EQ(ParseGuid(text), std::nullopt) << text;
  }
}

// These ids are part of the format: if they change, ids in existing data sets
// no longer decode.
TEST(GuidTest, KeepsItsIds) {
  const GuidCipher cipher(1);
  EXPECT_EQ(FormatGuid(cipher.Encrypt({IdKind::kOperation, kSlot, 2, 5})),
            "920ad76f-10ea-4237-90cf-c6a4eceb03ee");
  EXPECT_EQ(FormatGuid(cipher.Encrypt({IdKind::kTenant, 0, 0, 0})),
            "9a6b577a-efd7-400a-a3b5-67469c0fbcf6");
  EXPECT_EQ(FormatGuid(cipher.EncryptConnection(kSlot, 2, 0, 0x401f3500)),
            "401f3500-5288-4953-915c-aa10b30b9dd5");
}

}  // namespace
}  // namespace busyhour::internal
