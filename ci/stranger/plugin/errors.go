// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// class is what the log, livez and the metrics tell failures apart by.
type class string

const (
	userInduced class = "user-induced"
	throttled   class = "throttled"
	corruption  class = "corruption"
	other       class = "other"
)

var classOfCode = map[string]class{
	"DisabledException":          userInduced,
	"KMSInvalidStateException":   userInduced,
	"KeyUnavailableException":    userInduced,
	"InvalidArnException":        userInduced,
	"InvalidGrantIdException":    userInduced,
	"InvalidGrantTokenException": userInduced,
	"LimitExceededException":     throttled,
	"InvalidCiphertextException": corruption,
}

// userInducedWords decide where a code alone does not.
var userInducedWords = map[string][]string{
	"AccessDeniedException": {
		"does not exist",
		"explicit deny in a resource control policy",
	},
	"KMSInternalException": {
		"AWS KMS rejected the request because the external key store proxy did not respond in time. " +
			"Retry the request. If you see this error repeatedly, report it to your external key store proxy administrator",
		"AWS KMS cannot communicate with the external key store proxy",
	},
}

func classOf(err error) class {
	var api smithy.APIError
	if errors.Is(err, context.Canceled) {
		return userInduced
	}
	if !errors.As(err, &api) {
		return other
	}
	if _, throttle := retry.DefaultThrottleErrorCodes[api.ErrorCode()]; throttle {
		return throttled
	}
	if found, ok := classOfCode[api.ErrorCode()]; ok {
		return found
	}
	for _, words := range userInducedWords[api.ErrorCode()] {
		if strings.Contains(api.ErrorMessage(), words) {
			return userInduced
		}
	}
	return other
}

func forgiven(err error) bool {
	c := classOf(err)
	return c == userInduced || c == throttled
}
