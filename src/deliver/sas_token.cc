#include "deliver/sas_token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/ascii.h"
#include "text/base64.h"

namespace busyhour::internal {
namespace {

// Percent-encoded, as `encodeURIComponent` of JavaScript does it for these
// characters.
std::string UrlEncoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (IsLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 15];
  }
  return encoded;
}

}  // namespace

std::string SasTokenFor(const SasKey& key, std::string_view resource,
                        std::int64_t expiry_s) {
  const std::string encoded = UrlEncoded(resource);
  const std::string expiry = std::to_string(expiry_s);
  const std::string text = encoded + '\n' + expiry;
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.key.data(), static_cast<int>(key.key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       hash.data(), &size);
  const std::string signature =
      Base64({reinterpret_cast<const char*>(hash.data()), size});
  return "SharedAccessSignature sr=" + encoded +
         "&sig=" + UrlEncoded(signature) + "&se=" + expiry +
         "&skn=" + UrlEncoded(key.name);
}

std::string SasTokenFromNow(const SasKey& key, std::string_view resource,
                            std::chrono::milliseconds lifetime) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return SasTokenFor(
      key, resource,
      std::chrono::ceil<std::chrono::seconds>(now + lifetime).count());
}

}  // namespace busyhour::internal
