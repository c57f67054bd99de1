import { Eip } from "@pulumi/aws/ec2/eip.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import type { Subnet } from "@pulumi/aws/ec2/subnet.js";
import type * as pulumi from "@pulumi/pulumi";

/**
 * `zonal-single`: one NAT gateway in the first zone; cheap, but without that zone no zone has internet access. `regional`:
 * one NAT gateway that AWS expands to every zone with nodes, so that zones are independent.
 */
export type NatMode = "zonal-single" | "regional";

interface NatGatewayArgs {
  readonly mode: NatMode;
  readonly vpcId: pulumi.Input<string>;
  readonly publicSubnets: readonly Subnet[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Internet access for the private subnets. */
export function createNatGateway(
  name: string,
  args: NatGatewayArgs,
  opts: pulumi.CustomResourceOptions,
): NatGateway {
  const tags = { ...args.tags };
  switch (args.mode) {
    case "zonal-single": {
      const [first] = args.publicSubnets;
      if (first === undefined)
        throw new Error(`NAT gateway ${name} requires a public subnet, but none was passed.`);
      const address = new Eip(`${name}-address`, { domain: "vpc", tags }, opts);
      return new NatGateway(name, { allocationId: address.id, subnetId: first.id, tags }, opts);
    }
    case "regional":
      // A regional gateway has no subnet or address: AWS adds both for each zone with nodes.
      return new NatGateway(
        name,
        { availabilityMode: "regional", connectivityType: "public", vpcId: args.vpcId, tags },
        opts,
      );
    default: {
      const exhaustive: never = args.mode;
      return exhaustive;
    }
  }
}
