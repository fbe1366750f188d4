#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "peer.h"

namespace busyhour::internal {
namespace {

class NlohmannPeer : public Peer {
 public:
  explicit NlohmannPeer(std::span<const PeerRecord> records)
      : records_(records) {}

  std::string_view Write(std::size_t record) override {
    text_ = records_[record].object.dump();
    return text_;
  }

 private:
  std::span<const PeerRecord> records_;
  std::string text_;
};

}  // namespace

std::unique_ptr<Peer> MakeNlohmannPeer(std::span<const PeerRecord> records) {
  return std::make_unique<NlohmannPeer>(records);
}

}  // namespace busyhour::internal
