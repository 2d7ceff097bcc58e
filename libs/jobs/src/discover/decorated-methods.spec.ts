import { SetMetadata } from '@nestjs/common';
import { decoratedMethods } from './decorated-methods.js';

const KEY = Symbol('marked');
const Marked = (name: string): MethodDecorator => SetMetadata(KEY, name);
const symbol = Symbol('method');

class Base {
  @Marked('of the base')
  inherited(): void {}
  @Marked('overridden')
  overridden(): void {}
  @Marked('base text')
  again(): void {}
}

class Derived extends Base {
  override overridden(): void {}
  @Marked('own text')
  override again(): void {}
  @Marked('under a symbol')
  [symbol](): void {}
  get broken(): never {
    throw new Error('was called');
  }
}

const marked = (target: object) => decoratedMethods<string>(target, KEY).map(({ name, metadata }) => [name, metadata]);

describe('the decorated methods', () => {
  it('are those of the class and its bases, as the class has them, and no getter is called', () => {
    expect(marked(Derived.prototype)).toEqual([
      ['again', 'own text'],
      [symbol, 'under a symbol'],
      ['inherited', 'of the base'],
    ]);
  });

  it('of an object without a prototype are its own', () => {
    const bare = Object.assign(Object.create(null) as object, { inherited: Base.prototype.inherited, other: 7 });
    expect(marked(bare)).toEqual([['inherited', 'of the base']]);
  });

  it('of what lets nobody look are none', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('do not look');
        },
      },
    );
    const endless: object = new Proxy({}, { getPrototypeOf: () => endless });
    for (const odd of [proxy, throwing, endless]) expect(marked(odd)).toEqual([]);
  });
});
