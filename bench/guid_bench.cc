// The time to create an id, and to decode it.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/guid.h"
#include "benchmark/benchmark.h"

namespace busyhour::internal {
namespace {

constexpr std::uint64_t kSlot = 1'772'438'400;
constexpr std::size_t kIds = 4096;

// The identities of a busy second, in the order of a run.
std::vector<Identity> Identities() {
  std::vector<Identity> identities;
  for (std::uint32_t i = 0; i < kIds; ++i) {
    identities.push_back({IdKind::kOperation, kSlot + i / 1024, i / 8 % 128,
                          static_cast<std::uint16_t>(i % 8)});
  }
  return identities;
}

// An id is useless unless it decodes to its identity.
bool RoundTripHolds(const GuidCipher& cipher) {
  for (const Identity& identity : Identities()) {
    const auto back = cipher.Decrypt(cipher.Encrypt(identity));
    if (back != identity) return false;
    const auto connection = cipher.DecryptConnection(cipher.EncryptConnection(
        identity.slot, identity.ordinal, 3, 0x10006980));
    if (!connection || connection->slot != identity.slot ||
        connection->ordinal != identity.ordinal || connection->leg != 3 ||
        connection->node_prefix != 0x10006980) {
      return false;
    }
  }
  return true;
}

// Runs `once` for each identity in turn.
template <class Once>
void Run(benchmark::State& state, const Once& once) {
  const GuidCipher cipher(1);
  if (!RoundTripHolds(cipher)) {
    state.SkipWithError("an id does not lead back to its identity");
    return;
  }
  const std::vector<Identity> identities = Identities();
  std::vector<Guid> ids;
  std::vector<Guid> connections;
  for (const Identity& identity : identities) {
    ids.push_back(cipher.Encrypt(identity));
    connections.push_back(cipher.EncryptConnection(
        identity.slot, identity.ordinal, 0, 0x10006980));
  }
  for (auto _ : state) {
    for (std::size_t i = 0; i < kIds; ++i) {
      benchmark::DoNotOptimize(
          once(cipher, identities[i], ids[i], connections[i]));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kIds));
}

void BM_Encrypt(benchmark::State& state) {
  Run(state, [](const GuidCipher& cipher, const Identity& identity, const Guid&,
                const Guid&) { return cipher.Encrypt(identity); });
}
BENCHMARK(BM_Encrypt);

void BM_Decrypt(benchmark::State& state) {
  Run(state, [](const GuidCipher& cipher, const Identity&, const Guid& id,
                const Guid&) { return cipher.Decrypt(id); });
}
BENCHMARK(BM_Decrypt);

void BM_EncryptConnection(benchmark::State& state) {
  Run(state, [](const GuidCipher& cipher, const Identity& identity, const Guid&,
                const Guid&) {
    return cipher.EncryptConnection(identity.slot, identity.ordinal, 0,
                                    0x10006980);
  });
}
BENCHMARK(BM_EncryptConnection);

void BM_DecryptConnection(benchmark::State& state) {
  Run(state, [](const GuidCipher& cipher, const Identity&, const Guid&,
                const Guid& connection) {
    return cipher.DecryptConnection(connection);
  });
}
BENCHMARK(BM_DecryptConnection);

}  // namespace
}  // namespace busyhour::internal
