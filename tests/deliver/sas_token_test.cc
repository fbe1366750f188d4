#include "deliver/sas_token.h"

#include <gtest/gtest.h>

namespace busyhour::internal {
namespace {

// The signature is that of this command:
//   printf 'sb%%3A%%2F%%2Fns.servicebus.windows.net%%2Fhub\n1767225600' |
//     openssl dgst -sha256 -hmac key -binary | base64
TEST(SasTokenTest, SignsTheResourceAndTheExpiry) {
  EXPECT_EQ(SasTokenFor({"send only", "key"},
                        "sb://ns.servicebus.windows.net/hub", 1'767'225'600),
            "SharedAccessSignature "
            "sr=sb%3A%2F%2Fns.servicebus.windows.net%2Fhub&sig="
            "ZMiFZ3TVcP8DI4UN59EQxNgaqPOlg01evk5bZwXY%2Bc8%3D&"
            "se=1767225600&skn=send%20only");
}

}  // namespace
}  // namespace busyhour::internal
