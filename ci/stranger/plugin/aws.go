// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

type awsOptions struct {
	region, endpoint string
	retryTokens      int
}

// newKMS is a client as the SDK makes it by default: its chain of
// credentials, its retries. Region: flag, SDK, instance metadata.
func newKMS(ctx context.Context, o awsOptions) (*kms.Client, error) {
	var changes []func(*config.LoadOptions) error
	if o.region != "" {
		changes = append(changes, config.WithRegion(o.region))
	}
	if o.retryTokens > 0 {
		changes = append(changes, config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(s *retry.StandardOptions) {
				s.RateLimiter = ratelimit.NewTokenRateLimit(uint(o.retryTokens))
			})
		}))
	}
	loaded, err := config.LoadDefaultConfig(ctx, changes...)
	if err != nil {
		return nil, err
	}
	if loaded.Region == "" {
		found, err := imds.NewFromConfig(loaded).GetRegion(ctx, nil)
		if err != nil {
			return nil, fmt.Errorf("no Region: not from a flag, the SDK or instance metadata: %w", err)
		}
		loaded.Region = found.Region
	}
	return kms.NewFromConfig(loaded, func(k *kms.Options) {
		if o.endpoint != "" {
			k.BaseEndpoint = aws.String(o.endpoint)
		}
	}), nil
}
